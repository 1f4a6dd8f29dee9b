import Analytics
import Customers
import Kernel
import Web

/// Which segments there are: a picture, what each brings, how attractive it is, and who did what to them.
struct SegmentsPage {
  let book: SegmentBook
  let sheet: SegmentSheet
  let visit: Visit

  private var format: Format { visit.viewer.format }
  private var segmentation: Segmentation { sheet.segmentation }
  private var currency: Currency { sheet.base.currency }
  private func major(_ minor: Int64) -> Double { Double(minor) / Double(currency.minorPerMajor) }

  var html: HTML {
    Shell.page(
      title: "Segments", path: SegmentRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: """
        \(LinkButton("Proposals", "\(SegmentRoutes.path)/proposals", icon: "wand")) \
        \(LinkButton("Export", "\(SegmentRoutes.path)/members.csv?segmentation=\(segmentation.id)", icon: "download", isDownload: true)) \
        \(LinkButton("New segment", "\(SegmentRoutes.path)/new?segmentation=\(segmentation.id)", weight: .primary, icon: "plus"))
        """,
      body: """
        \(tabs)\(standing)
        <div class="row row-cards"><div class="col-lg-6">\(shares)\(cells)</div><div class="col-lg-6">\(map)</div></div>
        \(table)\(history)
        """)
  }

  private var lead: String {
    let best = sheet.profiles.max { $0.sales < $1.sales }
    let (customers, sales) = (sheet.base.facts.count, sheet.all.map(\.sales).reduce(0, +))
    guard let best, customers > 0, sales > 0, best.sales > 0 else {
      return "\(segmentation.name): no segment takes a customer with sales yet."
    }
    return """
      \(segmentation.name): \(best.name) is \(format.percent(Double(best.customers.count) / Double(customers))) of the \
      customers and brings \(format.percent(Double(best.sales) / Double(sales))) of the sales.
      """
  }

  private var tabs: HTML {
    let shown = book.standing + (segmentation.isEnded ? [segmentation] : [])
    return Tabs(
      "Segmentations",
      shown.map { one in
        Tabs.Tab(
          one.name, path: "\(SegmentRoutes.path)?segmentation=\(one.id)", isCurrent: one.id == segmentation.id,
          note: one.isInUse ? "in use" : one.isEnded ? "ended" : nil)
      }
    ).html
  }

  private var standing: HTML {
    let act = { (label: String, act: String, method: Form.Method, weight: Weight) in
      PostButton(
        label, action: "\(SegmentRoutes.splits)/\(segmentation.id)/\(act)", csrf: visit.viewer.csrf, method: method,
        weight: weight)
    }
    let note: HTML =
      segmentation.isInUse
      ? "All analyses use these segments." : segmentation.isEnded ? "It was ended." : "Not in use."
    let buttons: [PostButton] =
      segmentation.isEnded
      ? [act("Bring it back", "ending", .delete, .secondary)]
      : [
        segmentation.isInUse
          ? act("Use it no longer", "use", .delete, .quiet) : act("Use in all analyses", "use", .post, .primary),
        act("End it", "ending", .post, .quiet),
      ]
    let how: HTML =
      segmentation.centres.map {
        "k = \($0.centres.count), seed \($0.seed), \(Format.list($0.measures.map(\.word.translated)))."
      } ?? HTML()
    return """
      <div class="vc-split-standing"><p>\(words: segmentation.method.word.sentenceCased), \
      \(visit.viewer.time(segmentation.createdAt)) by \(segmentation.by). \(how) \(note)</p>\
      <div class="vc-actions">\(buttons)</div></div>
      """
  }

  private var shares: Chart {
    let all = sheet.all
    let customers = Double(max(1, sheet.base.facts.count))
    let sales = Double(all.map(\.sales).reduce(0, +))
    return Chart(
      id: "shares", title: "Who they are and what they bring",
      note: "\(format.period(sheet.base.window)), \(format.count(sheet.base.facts.count, "customer", "customers")).",
      kind: .bars(
        Chart.Bars(
          labels: all.map(\.name),
          series: [
            Chart.Series("Share of customers", all.map { Double($0.customers.count) / customers }),
            Chart.Series("Share of sales", all.map { sales > 0 ? Double($0.sales) / sales : nil }),
          ], unit: .share, title: "Share", isHorizontal: true,
          links: all.map { $0.part.map { "\(SegmentRoutes.path)/\($0.id)" } })),
      format: format, csv: "\(SegmentRoutes.path)/members.csv?segmentation=\(segmentation.id)")
  }

  private var placed: [(SegmentSheet.Profile, SegmentAttractiveness.Placed)] {
    sheet.profiles.compactMap { profile in sheet.placed(profile).map { (profile, $0) } }
      .filter { $0.1.attractiveness.value != nil && $0.1.fit != nil }
  }

  private var cells: HTML {
    placed.isEmpty ? HTML() : SegmentMap(placed: placed, currency: currency, format: format).cells
  }

  private var map: HTML {
    guard !placed.isEmpty else {
      return EmptyState(
        "How well do they fit us?",
        reason: """
          Size, growth and margin are measured; rivalry, entry and readiness to switch are for you to say, and how each \
          segment fits our skills. Open a segment and rate it: then they stand on a map of nine cells.
          """, icon: "grid-dots"
      ).html
    }
    return SegmentMap(placed: placed, currency: currency, format: format).chart.html
  }

  private var table: HTML {
    let (format, currency, sheet, base) = (format, currency, sheet, SegmentRoutes.path)
    @Sendable func money(_ minor: Int64?) -> HTML {
      minor.map { "\(format.money(Money(minor: $0, currency)))" } ?? "missing"
    }
    let title =
      "\(format.count(sheet.profiles.count, "segment", "segments")); a customer is in the first whose rule holds"
    return ListTable(
      "\(words: title)", rows: sheet.all,
      columns: [
        .init("Segment", onCard: .title) { row -> HTML in
          guard let part = row.part else { return "\(row.name)" }
          return "<a href=\"\(url: "\(base)/\(part.id)")\">\(row.name)</a>"
        },
        .init("Customers", isNumber: true, onCard: .fact) { "\(format.count($0.customers.count))" },
        .init("Net sales", isNumber: true, onCard: .fact) { money($0.sales) },
        .init("Growth", isNumber: true, onCard: .fact, hint: "Against as many days before") { row -> HTML in
          row.growth.map { "\(format.percent($0))" } ?? "missing"
        },
        .init("Contribution", isNumber: true, onCard: .fact) { money($0.walk.contribution) },
        .init("Margin", isNumber: true, onCard: .fact, hint: "Contribution, or gross margin, of net sales") {
          row -> HTML in
          row.marginRate.map { "\(format.percent($0))" } ?? "missing"
        },
        .init("Attractive", isNumber: true, hint: "0 to 100, over what is known") { row -> HTML in
          sheet.placed(row)?.attractiveness.value.map { "\(format.number($0))" } ?? ""
        },
        .init("Fit", isNumber: true) { row -> HTML in
          guard row.part != nil else { return "" }
          return sheet.placed(row)?.fit.map { "\(format.number($0))" } ?? "not rated"
        },
      ], state: ListState(path: SegmentRoutes.path),
      empty: EmptyState(
        "No segments", reason: "Say what the customers of the first one share.", icon: "chart-pie",
        action: LinkButton(
          "New segment", "\(SegmentRoutes.path)/new?segmentation=\(segmentation.id)", weight: .primary
        ).html)
    ).html
  }

  private var history: HTML {
    let viewer = visit.viewer
    let events = segmentation.history.prefix(12).map { act in
      Timeline.Event(
        "\(act.note)", text: "\(words: act.kind.word) by \(act.by)", time: viewer.time(act.at),
        icon: act.kind.icon)
    }
    let gone = segmentation.endedParts.html { part in
      "<li>\(part.segment.name) \(PostButton("Bring back", action: "\(SegmentRoutes.path)/\(part.id)/ending", csrf: viewer.csrf, method: .delete, weight: .quiet))</li>"
    }
    let others = book.segmentations.filter { $0.isEnded && $0.id != segmentation.id }.html { one in
      "<li><a href=\"\(url: "\(SegmentRoutes.path)?segmentation=\(one.id)")\">\(one.name)</a>, ended</li>"
    }
    return """
      <section><h2>What was done</h2>\(Timeline(Array(events)))\
      \(when: !gone.isEmpty, "<h3>Ended segments</h3><ul>\(gone)</ul>")\
      \(when: !others.isEmpty, "<h3>Ended segmentations</h3><ul>\(others)</ul>")</section>
      """
  }
}

extension Segmentation.Act.Kind {
  var word: String {
    switch self {
    case .made: "Made"
    case .changed: "Changed"
    case .ended: "Ended"
    case .restored: "Brought back"
    case .used: "Taken into use"
    case .left: "Taken out of use"
    case .rated: "Rated"
    }
  }

  var icon: String {
    switch self {
    case .made: "plus"
    case .changed: "pencil"
    case .ended: "x"
    case .restored: "arrow-back-up"
    case .used: "check"
    case .left: "minus"
    case .rated: "star"
    }
  }
}

/// Segments by attractiveness and fit, on a map of nine cells, and the same as a table.
struct SegmentMap {
  let placed: [(SegmentSheet.Profile, SegmentAttractiveness.Placed)]
  let currency: Currency
  let format: Format

  var chart: Chart {
    let bubbles = placed.map { profile, place in
      Chart.Bubbles.Bubble(
        profile.name, x: place.fit ?? 0, y: place.attractiveness.value ?? 0,
        size: Double(max(0, profile.sales)) / Double(currency.minorPerMajor), group: tone(place.cell),
        link: profile.part.map { "\(SegmentRoutes.path)/\($0.id)" })
    }
    let best = placed.max { score($0.1) < score($1.1) }
    return Chart(
      id: "map", title: best.map { "\($0.0.name) is the one to invest in first" } ?? "Attractiveness and fit",
      note: "Thirds of each axis make nine cells. Measured where data exist, rated by people else; the size is sales.",
      kind: .bubbles(
        Chart.Bubbles(
          bubbles: bubbles, x: .init("Fit to our skills", .count, cut: 50), y: .init("Attractiveness", .count, cut: 50),
          sizeTitle: "Net sales", sizeUnit: .money(currency), groups: ["Invest", "Choose", "Withdraw"])),
      format: format)
  }

  private func score(_ place: SegmentAttractiveness.Placed) -> Double {
    min(place.attractiveness.value ?? 0, place.fit ?? 0)
  }

  /// High and medium together invest, the diagonal chooses, the rest withdraws.
  private func tone(_ cell: SegmentAttractiveness.Cell?) -> Int {
    guard let cell else { return 2 }
    let sum = rank(cell.attractiveness) + rank(cell.fit)
    return sum >= 3 ? 0 : sum == 2 ? 1 : 2
  }

  private func rank(_ third: Third) -> Int { third == .high ? 2 : third == .medium ? 1 : 0 }

  var cells: HTML {
    let thirds: [(Third, String)] = [(.low, "Low fit"), (.medium, "Middling fit"), (.high, "High fit")]
    let rows: [(Third, String)] = [(.high, "Very attractive"), (.medium, "Middling"), (.low, "Little attractive")]
    return """
      <div class="vc-card vc-map-cells"><table class="table table-sm"><caption class="visually-hidden">The map as a table\
      </caption><thead><tr><th></th>\(thirds.html { "<th scope=\"col\">\($0.1)</th>" })</tr></thead><tbody>\
      \(rows.html { row in
        let cells = thirds.html { column -> HTML in
          let names = placed.filter { $0.1.cell == .init(attractiveness: row.0, fit: column.0) }.map(\.0.name)
          return "<td>\(names.joined(separator: ", "))</td>"
        }
        return "<tr><th scope=\"row\">\(row.1)</th>\(cells)</tr>"
      })</tbody></table></div>
      """
  }
}

/// What stands while there is no segment: three ways to begin.
struct NoSegmentsPage {
  let visit: Visit

  var html: HTML {
    let proposals = "\(SegmentRoutes.path)/proposals"
    return Shell.page(
      title: "Segments", path: SegmentRoutes.path, viewer: visit.viewer,
      lead: "Groups of customers alike, so that each can be treated in its own way.",
      body: EmptyState(
        "No segments yet",
        reason: """
          Say yourself what customers share, or let the data propose: by a trait, by size, by recency, frequency and \
          money, or by k-means.
          """, icon: "chart-pie",
        action: """
          \(LinkButton("See proposals", proposals, weight: .primary, icon: "wand")) \
          \(LinkButton("Make one by hand", "\(SegmentRoutes.path)/new", icon: "plus"))
          """
      ).html)
  }
}

/// A segment that was ended, or on which there is nothing to see yet.
struct EndedSegmentPage {
  let owner: Segmentation
  let part: Segmentation.Part
  let visit: Visit

  var html: HTML {
    let isEnded = owner.endedParts.contains { $0.id == part.id }
    return Shell.page(
      title: part.segment.name, path: SegmentRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Segments", "\(SegmentRoutes.path)?segmentation=\(owner.id)")],
      lead: HTML(words: part.segment.rule.sentence(visit.viewer.format.currency).sentenceCased),
      body: EmptyState(
        isEnded ? "This segment was ended" : "Nobody bought anything yet",
        reason: isEnded ? "Its rule is kept; bring it back to see its customers." : "Bring in purchases first.",
        action: isEnded
          ? PostButton(
            "Bring it back", action: "\(SegmentRoutes.path)/\(part.id)/ending", csrf: visit.viewer.csrf,
            method: .delete,
            weight: .primary
          ).html : LinkButton("Import purchases", "/imports/new", weight: .primary).html
      ).html)
  }
}
