"""What people say of a service they had (好差评)."""
