"""What every room stands on: errors, problems, locks, the database starter. Knows no word of the domain."""
