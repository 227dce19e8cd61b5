"""Settings, addresses and the `yimen` command: the one place that knows every room."""
