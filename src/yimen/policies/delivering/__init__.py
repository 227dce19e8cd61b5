"""Bring policies to those they are for (送达): what they asked to hear of, and what fits them, each thing once."""
