"""What is stored: nodes, revisions, definitions, change sets, transactions, audit."""
