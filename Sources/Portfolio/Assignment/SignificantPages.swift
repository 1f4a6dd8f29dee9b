import Customers
import Kernel
import Web

/// Who matters, in which of the four ways, on what evidence.
struct SignificantPage {
  let portfolio: Portfolio
  let shown: [SignificantCustomer]
  let names: [ID<Customer>: String]
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Significant customers", path: "/portfolio/significant", viewer: visit.viewer, lead: HTML(text: lead),
      actions: LinkButton("Export", "/portfolio/assignments.csv", icon: "download", isDownload: true).html,
      body: "\(kinds)\(table)\(candidates)")
  }

  private var lead: String {
    guard let share = portfolio.significant.share, share > 0 else {
      return "Nobody is found to matter above others yet; margin and rates are needed to tell."
    }
    let count = portfolio.significant.kinds.count
    return """
      \(format.count(count, "customer matters", "customers matter")) above others, \(format.percent(share)) of the base; \
      the literature's “about 20 %” is a check, not a target.
      """
  }

  private var kinds: Chart {
    let counts = portfolio.significant.counts
    return Chart(
      id: "kinds", title: "In which way they matter",
      note: "A customer can matter in several ways. Proposed by the detectors, confirmed or rejected by a person.",
      kind: .bars(
        Chart.Bars(
          labels: SignificanceKind.allCases.map(\.word),
          series: [Chart.Series("Customers", SignificanceKind.allCases.map { Double(counts[$0] ?? 0) })],
          unit: .count, title: "Customers", isHorizontal: true)),
      format: format)
  }

  private var table: HTML {
    let (names, format, csrf) = (names, format, visit.viewer.csrf)
    @Sendable func button(_ row: SignificantCustomer, _ answer: SignificanceVerdict.Answer, _ label: String) -> HTML {
      PostButton(
        label, action: "/portfolio/significant/verdicts", csrf: csrf, weight: .quiet,
        fields: [("customer", "\(row.customer)"), ("kind", row.kind.rawValue), ("answer", answer.rawValue)]
      ).html
    }
    return """
      <section><h2>Who they are</h2>\(ListTable(
        "\(format.count(shown.count)) of \(format.count(portfolio.significant.all.count)), by kind and score", rows: shown,
        columns: [
          .init("Customer", onCard: .title) { row -> HTML in
            "<a href=\"/customers/\(row.customer)\">\(names[row.customer] ?? "Customer")</a>"
          },
          .init("Matters as", onCard: .fact) { "\($0.kind.word)" },
          .init("Score", isNumber: true, onCard: .fact) { "\(format.number($0.score, decimals: 2))" },
          .init("Evidence", onCard: .fact) { row in
            row.evidence.html { "<div>\($0.signal.word): \(format.compact($0.value)) \(EvidenceMark($0.grade))</div>" }
          },
          .init("Stands as", onCard: .fact) { "\($0.status.rawValue)" },
          .init("Your word", onCard: .fact) { row -> HTML in
            let confirm = row.status == .confirmed ? HTML() : button(row, .confirmed, "Confirm")
            let reject = row.status == .rejected ? HTML() : button(row, .rejected, "Reject")
            return "\(confirm)\(reject)"
          },
        ], state: ListState(path: "/portfolio/significant"),
        empty: EmptyState(
          "Nobody yet", reason: "Enter the gross margin and the rates of serving; lifetime value then tells.",
          icon: "star", action: LinkButton("Enter assumptions", AssumptionRoutes.path, weight: .primary).html)))</section>
      """
  }

  private var candidates: HTML {
    let count = portfolio.significant.candidates.count
    guard count > 0 else { return HTML() }
    return "<p>\(format.count(count, "customer", "customers")) would be proposed if one more fact were known.</p>"
  }
}
