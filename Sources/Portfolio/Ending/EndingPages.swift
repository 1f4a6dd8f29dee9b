import Customers
import Kernel
import Web

/// The endings that wait for a person, and those that were answered.
struct EndingListPage {
  let rows: [EndingRoutes.Row]
  let visit: Visit

  var html: HTML {
    let (viewer, format) = (visit.viewer, visit.viewer.format)
    let waiting = rows.count { $0.state == .waiting }
    return Shell.page(
      title: "Endings", path: EndingRoutes.path, viewer: viewer, crumbs: [Crumb("Strategies", PortfolioRoutes.path)],
      lead: waiting == 0
        ? "Nobody waits to be ended. Ending counts only once a person approved it, with a reason."
        : "\(format.count(waiting, "ending waits", "endings wait")) for a person. Until then none of them counts.",
      body: ListTable(
        "\(format.count(rows.count, "ending", "endings")), those that wait first", rows: rows,
        columns: [
          .init("Customer", onCard: .title) { row -> HTML in
            "<a href=\"\(url: AssignmentRoutes.page(of: row.customer))#ending\">\(row.name ?? "Customer \(row.customer)")</a>"
          },
          .init("Proposed by", onCard: .fact) { "\($0.proposer?.by ?? "the rules")" },
          .init("Why") { "\($0.proposer?.reason ?? "it loses money and cannot be repaired")" },
          .init("Contribution", isNumber: true, onCard: .fact) { row -> HTML in
            row.contribution.map { "\(format.money($0))" } ?? "<span class=\"vc-missing\">missing</span>"
          },
          .init("Stands", onCard: .fact) { row -> HTML in
            switch row.state {
            case .waiting: Badge("waits", .watch).html
            case .approved: "approved by \(row.verdict?.by ?? "")"
            case .rejected: "refused by \(row.verdict?.by ?? "")"
            }
          },
          .init("When") { row in row.verdict.map { viewer.time($0.at) } ?? "" },
        ], state: ListState(path: EndingRoutes.path),
        empty: EmptyState(
          "Nobody is to be ended", reason: "The rules propose ending for who loses money and cannot be repaired.",
          icon: "check", action: LinkButton("Strategies", PortfolioRoutes.path).html)
      ).html)
  }
}
