"""The workbench (工作台): case officers decide what rules could not."""
