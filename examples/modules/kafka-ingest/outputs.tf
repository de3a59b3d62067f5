output "tables" {
  description = "The tables, by name."
  value       = aiven_clickhouse_kafka_table.this
}

output "ids" {
  description = "The IDs of the tables, by name, as `terraform import` takes them."
  value       = { for name, table in aiven_clickhouse_kafka_table.this : name => table.id }
}

output "database_name" {
  description = "The database of the tables in ClickHouse; null without tables."
  value       = one(distinct([for table in aiven_clickhouse_kafka_table.this : table.database_name]))
}

output "sql_names" {
  description = "The tables as SQL names them, with database and backticks, by name."
  value = {
    for name, table in aiven_clickhouse_kafka_table.this : name => join(".", [
      provider::aiven::quote_identifier(table.database_name), provider::aiven::quote_identifier(name)
    ])
  }
}

output "view_names" {
  description = "The materialized views as `DATABASE.VIEW`, by the name of their table."
  value       = local.views
}
