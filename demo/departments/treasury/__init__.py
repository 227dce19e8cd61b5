"""The treasury's payment system (国库支付系统, 演示): takes instructions, pays each once, and fails at times.

A process and a store of its own. How it fails is drawn from a seed, so that the same seed fails in the same places; the
money never depends on it: whatever goes wrong on the line, an instruction is paid once, for its reference is the key.
"""
