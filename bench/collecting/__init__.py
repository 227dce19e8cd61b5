"""How much of the metadata of collected policies is right."""
