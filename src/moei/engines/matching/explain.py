def explain(a,b,w): return ()
