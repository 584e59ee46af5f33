"""Who may do what, on which cases: agencies, staff, roles and the one policy table."""
