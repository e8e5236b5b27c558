"""Policy files into versions in force: ingestion, labels, watched folders, differences."""
