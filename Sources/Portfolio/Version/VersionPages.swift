import Customers
import Kernel
import Web

/// The frozen portfolios, how the strategies went from one to the next, and the form to freeze.
struct VersionListPage {
  let versions: [Version]
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Versions", path: VersionRoutes.path, viewer: visit.viewer, lead: lead, body: "\(chart)\(table)\(form)")
  }

  private var lead: HTML {
    guard let newest = versions.first else {
      return "The portfolio is frozen each month when something changed, or by hand. A version never changes."
    }
    return """
      \(format.count(versions.count, "version", "versions")); the newest holds \
      \(format.count(newest.customers, "customer", "customers")) as of \(format.day(newest.asOf)). A version never changes.
      """
  }

  private var chart: HTML {
    let shown = Array(versions.prefix(12).reversed())
    guard shown.count > 1, let newest = shown.last else { return HTML() }
    let headings = StrategyHeading.allCases.filter { heading in shown.contains { $0.count(heading) > 0 } }
    let largest = headings.max { newest.count($0) < newest.count($1) }
    return Chart(
      id: "versions",
      title: largest.map { "Most stand under \($0.title.lowercased()): \(format.count(newest.count($0)))" }
        ?? "Versions",
      note: "Customers by what they called for, version by version.",
      kind: .bars(
        Chart.Bars(
          labels: shown.map { $0.note.isEmpty ? format.day($0.asOf) : $0.note },
          series: headings.map { heading in
            Chart.Series(heading.title, shown.map { Double($0.count(heading)) })
          }, unit: .count, title: "Customers", isStacked: true,
          links: shown.map { VersionRoutes.path(of: $0.id) })),
      format: format
    ).html
  }

  private var table: HTML {
    let (format, viewer) = (format, visit.viewer)
    return ListTable(
      "\(format.count(versions.count, "version", "versions")), the newest first", rows: versions,
      columns: [
        .init("As of", onCard: .title) {
          "<a href=\"\(url: VersionRoutes.path(of: $0.id))\">\(format.day($0.asOf))</a>"
        },
        .init("Frozen", onCard: .fact) { viewer.time($0.at) },
        .init("By", onCard: .fact) { version -> HTML in
          let month = version.month.map { "for \(format.month($0))" }
          return
            "\(version.by)\([month, version.note.isEmpty ? nil : version.note].compactMap(\.self).html { ", \($0)" })"
        },
        .init("Customers", isNumber: true, onCard: .fact) { "\(format.count($0.customers))" },
        .init("Contribution", isNumber: true) { version -> HTML in
          version.contributionMinor.map { "\(format.money(Money(minor: $0, format.currency)))" }
            ?? "<span class=\"vc-missing\">missing</span>"
        },
        .init("Expected value", isNumber: true) { version -> HTML in
          version.value.map { "\(format.money($0))" } ?? "<span class=\"vc-missing\">missing</span>"
        },
        .init("", onCard: .fact) { version -> HTML in
          "<a href=\"\(url: "\(VersionRoutes.path(of: version.id))/compare")\">What changed</a>"
        },
      ], state: ListState(path: VersionRoutes.path),
      empty: EmptyState(
        "No version yet", reason: "Freeze the portfolio below, so that what happens later can be compared with today.",
        icon: "snowflake")
    ).html
  }

  private var form: HTML {
    guard visit.actor.may(.create, .analysis) else { return HTML() }
    return """
      <section class="vc-card" id="freeze"><h2 class="vc-card-title">Freeze the portfolio as it stands</h2>\(Form(
        action: VersionRoutes.path, csrf: visit.viewer.csrf, submit: "Freeze",
        fields: [Field("note", "What it is for", .text, hint: "For the list; it may stay empty.")]))</section>
      """
  }
}

/// One version: what was frozen, with which numbers, and every customer.
struct VersionPage {
  let version: Version
  let book: AssignmentBook
  let found: AssignmentQuestion.Found
  let question: AssignmentQuestion
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    let path = VersionRoutes.path(of: version.id)
    return Shell.page(
      title: "As of \(format.day(version.asOf))", path: VersionRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Versions", VersionRoutes.path)], lead: lead,
      actions: """
        \(LinkButton("Export", Address.path("\(path)/rows.csv", question.filters), icon: "download", isDownload: true)) \
        \(LinkButton("Compare with today", "\(path)/compare?with=now", icon: "git-compare")) \
        \(LinkButton("What changed", "\(path)/compare", weight: .primary, icon: "arrows-exchange"))
        """,
      body: """
        <div class="row row-cards"><div class="col-lg-7">\(chart)</div><div class="col-lg-5">\(facts)</div></div>
        <section><h2>Every customer</h2>\(list.table)</section>
        """)
  }

  private var list: AssignmentListPage {
    AssignmentListPage(book: book, found: found, question: question, names: [:], visit: visit, version: version)
  }

  private var lead: HTML {
    let month = version.month.map { " for \(format.month($0))" }
    return """
      Frozen\(month) by \(version.by) \(visit.viewer.time(version.at)): \
      \(format.count(version.customers, "customer", "customers")).\(when: !version.note.isEmpty, " \(words: version.note)")
      """
  }

  private var chart: HTML {
    let headings = StrategyHeading.allCases.filter { version.count($0) > 0 }
    let largest = headings.max { version.count($0) < version.count($1) }
    return Chart(
      id: "version",
      title: largest.map { "\(format.count(version.count($0))) customers: \($0.title.lowercased())" } ?? "Nobody",
      note: "Customers by what they called for then.",
      kind: .bars(
        Chart.Bars(
          labels: headings.map(\.title),
          series: [Chart.Series("Customers", headings.map { Double(version.count($0)) })], unit: .count,
          title: "Customers", isHorizontal: true,
          links: headings.map { Address.path(VersionRoutes.path(of: version.id), [("strategy", $0.rawValue)]) })),
      format: format
    ).html
  }

  private var facts: HTML {
    let missing: HTML = "<span class=\"vc-missing\">missing</span>"
    let rows: [(String, HTML)] = [
      ("Days that count", "\(format.period(Period(first: version.first, last: version.last)))"),
      ("Model of lifetime value", version.model.map { "\($0)" } ?? missing),
      ("Margin", version.question.margin.map { "\(format.percent($0))" } ?? missing),
      ("Horizon", "\(format.count(version.question.months, "month", "months"))"),
      (
        "Contribution",
        version.contributionMinor.map { "\(format.money(Money(minor: $0, book.currency)))" } ?? missing
      ), ("Expected value", version.value.map { "\(format.money($0, book.currency))" } ?? missing),
      ("High value from", "V \(format.number(version.question.strategy.highValue))"),
      ("Revision of the facts", "\(format.count(version.revision))"),
    ]
    let parameters = version.parameters.sorted { $0.key < $1.key }
      .map { "\($0.key) \(format.number($0.value, decimals: 4))" }
    return """
      <section class="vc-card"><h2 class="vc-card-title">What it rests on</h2><dl class="vc-facts">\
      \(rows.html { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" })</dl>\
      \(when: !parameters.isEmpty, "<p class=\"text-secondary\">Parameters: \(parameters.joined(separator: ", "))</p>")\
      </section>
      """
  }
}
