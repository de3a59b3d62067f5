output "tables" {
  description = "What to select from in ClickHouse."
  value       = { for name, table in aiven_clickhouse_kafka_table.this : name => "`${table.database_name}`.`${name}`" }
}
