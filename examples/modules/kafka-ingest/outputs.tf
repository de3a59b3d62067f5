output "tables" {
  description = "The tables, by name."
  value       = aiven_clickhouse_kafka_table.this
}

output "ids" {
  description = "The IDs of the tables, by name, as `terraform import` takes them."
  value       = { for name, table in aiven_clickhouse_kafka_table.this : name => table.id }
}

output "database_name" {
  description = "The database of the tables in ClickHouse; null without tables. A name with dashes needs backticks in SQL."
  value       = one(distinct([for table in aiven_clickhouse_kafka_table.this : table.database_name]))
}

output "view_names" {
  description = "The materialized views as `DATABASE.VIEW`, by the name of their table."
  value       = local.views
}
