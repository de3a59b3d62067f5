"""The story: what an operator does with tables while messages flow through them, step by step."""

import json

from kafka import Kafka, Stream
from narration import Failed, say, show, watch

COLLEAGUES = {"name": "made_in_the_console", "columns": [{"name": "line", "type": "String"}],
              "topics": [{"name": "logs"}], "data_format": "RawBLOB", "group_name": "colleague"}
MEASUREMENT = "7,21.5"
FIRST_ORDERS = 20
IN_JSON, IN_CSV = "shop.orders", "shop.orders-csv"


def order_in_json(number):
    return json.dumps({"id": number, "customer": number % 7, "total": number + 0.5})


def order_in_csv(number):
    return f"{number},{number % 7},{number}.50,EUR"


def progress(line):
    return "complete after" in line or line.startswith(("Apply", "Destroy", "No changes", "Plan:"))


def change(line):
    # Terraform's legend of symbols is indented the least.
    return line.startswith(("    ", "  #", "Plan:")) and line.strip() not in ("{", "}")


class Story:
    def __init__(self, workplace):
        self.workplace = workplace
        self.aiven = workplace.aiven
        self.kafka = Kafka(workplace)

    def tell(self):
        self.find_what_a_colleague_made()
        self.apply()
        self.store_by_attribute()
        self.store_by_sql()
        with Stream(self.kafka, IN_JSON, order_in_json) as orders:
            self.watch_arrive(orders, FIRST_ORDERS)
            self.show_order("The first message in Kafka", 1, order_in_json)
            self.write_back()
            self.change_form(orders)
            self.drift_and_repair(orders)
            orders.stop()
            self.count(orders)
        self.destroy()
        self.summarize(orders)

    def sql(self, statement):
        show(statement)
        return self.aiven.query(statement)

    def in_clickhouse(self):
        """Database and name of all that anybody made, the tables behind materialized views included."""
        return [".".join(row) for row in self.aiven.query(
            "SELECT database, name FROM system.tables WHERE database IN ('default', 'service_kafka')"
            " ORDER BY database, name"
        )]

    def show_clickhouse(self):
        show("In ClickHouse now: " + ", ".join(name for name in self.in_clickhouse() if ".inner" not in name))

    def watch_arrive(self, orders, until=None):
        """Waits until the first orders are stored: `until` that one, or those that Kafka has confirmed by now."""
        until = until or orders.confirmed()
        sql = f"SELECT uniqExact(id) FROM default.orders_stored WHERE id <= {until}"
        watch(lambda: (min(until, orders.confirmed()), self.aiven.number(sql)),
              lambda seen: f"{seen[0]} orders sent, {seen[1]} of them in default.orders_stored",
              lambda seen: seen[1] == until)

    def show_order(self, title, number, form):
        row = self.aiven.query(f"SELECT * FROM default.orders_stored WHERE id = {number} LIMIT 1")[0]
        show(f"{title}: {form(number)}\nand its row in ClickHouse: {', '.join(map(str, row))}")

    def find_what_a_colleague_made(self):
        say("A colleague has made a table in the Console. It is in the same list that Terraform will write to.")
        self.workplace.write_tables([COLLEAGUES])
        self.show_clickhouse()

    def apply(self):
        tables = self.workplace.configured()
        for table in tables.values():
            for topic in table["topics"]:
                self.kafka.make_topic(topic["name"])
        say(f"terraform apply: {', '.join(tables)}, from the JSON that Aiven documents.")
        self.workplace.terraform("init")
        show(self.workplace.terraform("apply", "-auto-approve"), progress)
        show("In the integration now: " + ", ".join(table["name"] for table in self.workplace.tables()))
        self.show_clickhouse()
        say("terraform plan: there must be nothing left to do.")
        show(self.workplace.terraform("plan", "-detailed-exitcode"), progress)

    def store_by_attribute(self):
        say("A client of Kafka sends page views. Their table has a materialized_view, which stores what is read.")
        visitor = "00000000-0000-4000-8000-00000000000"
        views = [json.dumps({"visitor": f"{visitor}{number % 3}", "url": f"/shop/{number}",
                             "at": f"2026-01-01 12:00:{number:02}.000"}) for number in range(12)]
        self.kafka.send("web.page-views", views)
        watch(lambda: self.aiven.number("SELECT uniqExact(url) FROM default.page_views_stored"),
              lambda stored: f"{len(views)} page views sent, {stored} of them in default.page_views_stored",
              lambda stored: stored == len(views))
        self.page_views = len(views)

    def store_by_sql(self):
        say("The orders are stored by SQL, which Aiven's API carries: a destination, and a view that fills it.")
        self.sql("CREATE TABLE default.orders_stored (id UInt64, customer UInt64, total Decimal(18, 2))"
                 " ENGINE = MergeTree ORDER BY id")
        self.sql("CREATE MATERIALIZED VIEW default.orders_view TO default.orders_stored"
                 " AS SELECT * FROM service_kafka.orders")
        say("From now on orders flow, ten a second, whatever else happens.")

    def write_back(self):
        say("INSERT into the table of the sensors writes back to its topic, where any client of Kafka reads it.")
        self.sql("INSERT INTO service_kafka.sensors (sensor_id, value) VALUES (7, 21.5)")
        self.written = watch(lambda: self.kafka.read("edge-measurements"),
                             lambda messages: f"messages in edge-measurements: {', '.join(messages) or 'none yet'}",
                             lambda messages: MEASUREMENT in messages)

    def change_form(self, orders):
        say("Orders become CSV, with a currency. A table reads one format, so the new form gets a topic of its own and"
            " waits\n    there; when everything of the old form has been read, the table turns to it.")
        self.kafka.make_topic(IN_CSV)
        before = orders.move(IN_CSV, order_in_csv)
        show(f"{before} orders went to {IN_JSON} as JSON; from now on they go to {IN_CSV}")
        self.watch_arrive(orders, before)
        self.sql("ALTER TABLE default.orders_stored ADD COLUMN currency String")
        tables = self.workplace.configured()
        tables["orders"].update(data_format="CSV", topics=[{"name": IN_CSV}])
        tables["orders"]["columns"].append({"name": "currency", "type": "String"})
        self.workplace.configure(tables)
        show(f"Orders that wait in {IN_CSV}: {orders.confirmed() - before}, and more every moment. terraform apply:")
        output = self.workplace.terraform("apply", "-auto-approve")
        show(output, lambda line: change(line) or progress(line))
        self.watch_arrive(orders)
        newest = self.aiven.number("SELECT max(id) FROM default.orders_stored")
        self.show_order("The newest message in Kafka", newest, order_in_csv)

    def drift_and_repair(self, orders):
        say("Somebody changes orders by hand with avn: reads the whole list, sets num_consumers to 1, writes it all.")
        tables = self.workplace.tables()
        next(table for table in tables if table["name"] == "orders")["num_consumers"] = 1
        self.workplace.write_tables(tables)

        say("terraform plan: shows that one value, and no other table.")
        show(self.workplace.terraform("plan", "-detailed-exitcode", expected=2), change)

        say("terraform apply: puts it back.")
        show(self.workplace.terraform("apply", "-auto-approve"), progress)
        show(self.workplace.terraform("plan", "-detailed-exitcode"), progress)
        show("ClickHouse cannot alter such a table: it was replaced both times while orders flowed, and read on.")
        self.watch_arrive(orders)

    def count(self, orders):
        say("The last order is sent. None may be missing; each is read at least once, so some may be there twice.")
        self.watch_arrive(orders)
        self.repeated = self.aiven.number(
            "SELECT count() FROM (SELECT id FROM default.orders_stored GROUP BY id HAVING count() > 1)")

    def destroy(self):
        say("terraform destroy: removes our tables, and nobody else's.")
        show(self.workplace.terraform("destroy", "-auto-approve"), progress)
        left = self.workplace.tables()
        if left != [COLLEAGUES]:
            raise Failed(f"the colleague's table should be all that is left, as it was; there is {left}")
        show(f"In the integration now: {COLLEAGUES['name']}, exactly as its owner wrote it")
        made_by_sql = ["default.orders_stored", "default.orders_view"]
        left = self.in_clickhouse()
        if left != [*made_by_sql, f"service_kafka.{COLLEAGUES['name']}"]:
            raise Failed(f"ClickHouse should hold the colleague's table and what we made by SQL; there is {left}")
        self.show_clickhouse()
        show("What SQL made, SQL removes; Terraform has never known of it:")
        self.sql("DROP VIEW default.orders_view")
        self.sql("DROP TABLE default.orders_stored")

    def summarize(self, orders):
        say("What each command took:")
        for command, seconds, reads, writes in self.workplace.steps:
            show(f"{command:<20}{seconds:6.2f} s   API calls: {reads:2} reads, {writes:2} writes")
        sent = orders.confirmed()
        show(f"{sent} orders sent, {sent} stored ({self.repeated} of them more than once);"
             f" {self.page_views} page views sent and stored; {len(self.written)} measurement written back and read")
