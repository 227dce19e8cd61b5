"""FEEL, the expression language of DMN (DMN 1.5, chapter 10): parsed to a tree, compiled to closures, three-valued."""
