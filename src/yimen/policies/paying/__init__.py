"""From a decision to the money, and who answers for it (兑付、督查).

`payouts` decides what is to be paid and orders the payments, `duties` keeps what each agency has to do by when,
`tracing` follows a payment back to the clause, `board` tells how everybody does. Money is moved by the room `payments`.
"""
