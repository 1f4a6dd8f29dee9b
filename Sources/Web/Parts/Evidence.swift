import Kernel

/// How well founded a figure is, as a small drawing: solid, pen, wave or dotted.
package struct EvidenceMark: Part {
  let grade: Figure.Grade

  package init(_ grade: Figure.Grade) { self.grade = grade }

  package var html: HTML {
    """
    <svg class="vc-grade vc-grade-\(grade.rawValue)" viewBox="0 0 16 16" width="14" height="14" role="img" \
    aria-label="\(words: grade.words)"><title>\(words: grade.words)</title>\(drawing)</svg>
    """
  }

  private var drawing: HTML {
    switch grade {
    case .measured: "<circle cx=\"8\" cy=\"8\" r=\"5\" class=\"vc-grade-fill\"/>"
    case .declared: "<path class=\"vc-grade-line\" d=\"M3 13l.8-3.2L10.6 3l2.4 2.4-6.8 6.8L3 13zM9 4.6L11.4 7\"/>"
    case .estimated: "<path class=\"vc-grade-line\" d=\"M1.5 9.5c1.6-5 4-5 6.5-1.5s4.9 3.5 6.5-1.5\"/>"
    case .assumed: "<circle cx=\"8\" cy=\"8\" r=\"5\" class=\"vc-grade-line\" stroke-dasharray=\"1.6 2.3\"/>"
    }
  }
}

/// Where a number came from, for whoever does not trust it: method, window, records, grade, interval, what is missing.
struct Evidence: Sendable {
  let figure: Figure
  let format: Format
  let rows: String?
  let formula: String?

  /// Label and content, in the order a sceptic asks.
  var facts: [(label: String, content: HTML)] {
    [
      ("Method", "\(words: figure.explanation) <span class=\"vc-method\">\(words: figure.method)</span>"),
      figure.window.map { ("Window", "\(format.period($0)), \(format.count($0.days, "day", "days"))") },
      figure.asOf.map { ("As of", HTML(text: format.day($0))) },
      ("Records", "\(format.count(figure.n))\(when: isSmall, " <em>few: read it with care</em>")"),
      ("Evidence", "\(EvidenceMark(figure.grade)) \(words: figure.grade.words)"),
      format.interval(figure).map { ("Interval", HTML(text: $0)) },
    ].compactMap { $0 }
  }

  // domain.md, ground rule 3: a rate on fewer than thirty records carries a caution.
  private var isSmall: Bool { figure.n < 30 && figure.unit == .share }

  func gap(_ gap: Figure.Gap) -> HTML {
    "\(words: gap.what)\(when: gap.customers > 0, ", for \(format.count(gap.customers, "customer", "customers"))")"
  }

  var links: [HTML] {
    [
      rows.map { "<a href=\"\(url: $0)\">Show the rows</a>" },
      formula.map { "<a href=\"\(url: $0)\">Show the formula</a>" },
    ].compactMap { $0 }
  }

  /// The panel as a list of terms, for places where blocks may stand.
  var panel: HTML {
    """
    <div class="vc-evidence-panel"><dl>\
    \(facts.html { "<div><dt>\(words: $0.label)</dt><dd>\($0.content)</dd></div>" })\
    \(when: !figure.missing.isEmpty, "<div class=\"vc-gaps\"><dt>Missing</dt><dd><ul>\(figure.missing.html { "<li>\(gap($0))</li>" })</ul></dd></div>")\
    </dl>\(when: !links.isEmpty, "<p class=\"vc-evidence-links\">\(links)</p>")</div>
    """
  }

  /// The same in spans, so that it can stand in the middle of a sentence.
  var inlinePanel: HTML {
    """
    <span class="vc-evidence-title">\(words: figure.title)</span>\
    \(facts.html { "<span class=\"vc-fact\"><span class=\"vc-fact-label\">\(words: $0.label)</span><span>\($0.content)</span></span>" })\
    \(figure.missing.html { "<span class=\"vc-fact vc-gaps\"><span class=\"vc-fact-label\">Missing</span><span>\(gap($0))</span></span>" })\
    \(when: !links.isEmpty, "<span class=\"vc-evidence-links\">\(links)</span>")
    """
  }
}
