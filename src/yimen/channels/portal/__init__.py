"""The portal (一网通办门户): citizens on a phone first."""
