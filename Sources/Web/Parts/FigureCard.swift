import Kernel

/// One number as a card: what it is, how much, how sure, and one click below where it came from.
package struct FigureCard: Part {
  let figure: Figure
  let format: Format
  let rows: String?
  let formula: String?
  let note: HTML
  let mend: HTML

  /// - Parameters:
  ///   - rows: the page that lists the records behind the figure.
  ///   - formula: the page that explains the method.
  ///   - note: a sentence under the value, such as the change since last time.
  ///   - mend: what to press when the value is missing.
  package init(
    _ figure: Figure, format: Format, rows: String? = nil, formula: String? = nil, note: HTML = HTML(),
    mend: HTML = HTML()
  ) {
    self.figure = figure
    self.format = format
    self.rows = rows
    self.formula = formula
    self.note = note
    self.mend = mend
  }

  private var evidence: Evidence { Evidence(figure: figure, format: format, rows: rows, formula: formula) }

  package var html: HTML {
    """
    <section class="vc-card vc-figure-card" data-figure="\(figure.id)">\
    <h3 class="vc-figure-title">\(words: figure.title)</h3>\
    \(figure.value == nil ? missing : value)\
    \(when: !note.isEmpty, "<p class=\"vc-figure-note\">\(note)</p>")\
    <details class="vc-evidence"><summary>Where this comes from\
    <span class="visually-hidden">: \(words: figure.title)</span></summary>\(evidence.panel)</details>\
    </section>
    """
  }

  private var value: HTML {
    """
    <p class="vc-figure-value"><span class="vc-value">\(format.value(figure))</span>\(EvidenceMark(figure.grade))</p>\
    \(format.interval(figure).map { "<p class=\"vc-figure-interval\">likely \(words: $0)</p>" as HTML })
    """
  }

  private var missing: HTML {
    """
    <p class="vc-figure-value"><span class="vc-value vc-missing">missing</span></p>\
    <p class="vc-figure-note">\(figure.missing.first.map { evidence.gap($0) })</p>\
    \(when: !mend.isEmpty, "<div class=\"vc-figure-mend\">\(mend)</div>")
    """
  }
}

/// Cards side by side, as many as fit.
package struct FigureRow: Part {
  let cards: [FigureCard]
  package init(_ cards: [FigureCard]) { self.cards = cards }
  package var html: HTML { "<div class=\"vc-figures\">\(cards)</div>" }
}

/// One number in a sentence or in a cell of a table; pressing it opens its evidence.
package struct InlineFigure: Part {
  let figure: Figure
  let format: Format
  let rows: String?
  let formula: String?
  let place: String

  /// - Parameter place: tells apart two showings of the same figure on one page.
  package init(_ figure: Figure, format: Format, rows: String? = nil, formula: String? = nil, place: String = "") {
    self.figure = figure
    self.format = format
    self.rows = rows
    self.formula = formula
    self.place = place
  }

  package var html: HTML {
    let id = Form.identifier("evidence-\(figure.id)-\(place)")
    let evidence = Evidence(figure: figure, format: format, rows: rows, formula: formula)
    return """
      <span class="vc-inline-figure"><button type="button" class="vc-inline-button" popovertarget="\(id)">\
      <span class="vc-value\(when: figure.value == nil, " vc-missing")">\(format.value(figure))</span>\
      \(EvidenceMark(figure.grade))</button>\
      <span class="vc-popover" id="\(id)" popover role="dialog" aria-label="Where \(words: figure.title) comes from">\
      \(evidence.inlinePanel)</span></span>
      """
  }
}
