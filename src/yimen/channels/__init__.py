"""How people and programs come in. Channels compose the rooms below and hold no business rule."""
