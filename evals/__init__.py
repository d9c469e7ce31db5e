"""Measuring: data sets, runs, figures with intervals, through the very search and answers that customers get."""
