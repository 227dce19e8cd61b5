"""Money paid out, exactly once (资金拨付).

A budget is drawn on by payments; payments are gathered in a batch, which is frozen and signed, approved by a second
officer, sent to the treasury and reconciled with its statements. What a payment is for stands in it as opaque text:
rooms above order it, and hear when it is settled or comes back.

Law: 预算法 art. 57, 61; 财政资金支付 is by the treasury (国库集中支付), never by an agency's own hand.
"""
