"""The console: data officers of agencies, stewards of the data bureau, auditors. Each sees what their post is for."""
