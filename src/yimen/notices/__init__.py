"""Messages to people and organisations, each sent once (消息通知)."""
