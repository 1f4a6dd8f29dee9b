import Records

/// What happens to judgements about a customer when it becomes one with another.
package enum PortfolioMerge {
  /// Verdicts, ratings and overrides move; of two, the newer counts, as it does of one customer. What was frozen on a day
  /// stays as it was that day.
  package static let parts = [
    MergePart.rows(
      "override", of: .customer, table: "strategy_override", column: "customer_id", one: "strategy set by hand",
      many: "strategies set by hand"),
    MergePart.rows(
      "ending", of: .customer, table: "ending_verdict", column: "customer_id", one: "verdict on ending",
      many: "verdicts on ending"),
    MergePart.rows(
      "significance", of: .customer, table: "significance_verdict", column: "customer_id",
      one: "verdict on significance", many: "verdicts on significance"),
    MergePart.rows(
      "rating", of: .customer, table: "rating", column: "customer_id", one: "rating", many: "ratings"),
    MergePart.staying("portfolio versions", of: .customer, tables: ["portfolio_version_row"]),
  ]
}
