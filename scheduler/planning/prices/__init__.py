"""A plan by prices on whatever is scarce: who is in nobody's way stays, who is pays, and goes elsewhere.

``resources``: every ceiling and floor as one notion, a row of months. ``path``: one candidate's best months where a
head in a full month costs. ``search``: all are placed so, some taken out and placed again, prices growing where too
many stay; now and then ``choice`` takes the paths seen that go best together. Nothing is proved here; it is how a plan
comes about early, whatever is scarce.
"""
