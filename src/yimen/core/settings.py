"""What a wrong or missing setting says."""


class SettingError(Exception):
    """A setting is missing or makes no sense; the message names it and says where it is explained."""
