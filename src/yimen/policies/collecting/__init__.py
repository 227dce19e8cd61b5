"""Collecting policies (政策汇聚): what stands on departments' pages, read into documents with checked metadata.

Everything here is a function of bytes and text and knows no database, except `fetching`, which asks the network:

    discovery   where a feed says documents are          fetching    one address, politely and within bounds
    decoding    bytes to text, mojibake told             reading     HTML, PDF, DOCX and text to paragraphs and labels
    metadata    number, title, agencies, dates, …        relations   what it repeals, amends, carries out, explains
    sameness    whether two texts are one document       scoring     how much of it is right, against truth made by hand
"""
