import Kernel

extension CutMap {
  package var html: HTML {
    """
    <figure class="vc-card vc-chart vc-cuts" id="\(id)" data-cuts data-answers="0" data-settled="" \
    aria-labelledby="\(id)-title"><figcaption class="vc-chart-top"><div><h2 id="\(id)-title">\(words: title)</h2>\
    <p class="vc-chart-note">\(note)</p></div>\(tools)</figcaption>\
    <div class="vc-cut-panels">\(panels.enumerated().html { picture($0, $1) })</div>\
    \(form)\
    <p class="visually-hidden" role="status" data-cut-status></p>\
    \(panels.enumerated().html { cards($0, $1) })\
    <script type="application/json" data-cut-data>\(json: CutMapBlock(self))</script></figure>
    """
  }

  private var tools: HTML {
    guard let csv else { return HTML() }
    return """
      <div class="vc-chart-tools"><a class="btn btn-ghost-secondary" href="\(url: csv)" download>\(Icon("download"))CSV\
      <span class="visually-hidden"> of \(words: title)</span></a></div>
      """
  }

  private func picture(_ number: Int, _ panel: Panel) -> HTML {
    """
    <div class="vc-cut-panel">\(when: !panel.title.isEmpty, "<h3>\(words: panel.title)</h3>")\
    <div class="vc-chart-frame" tabindex="0" role="region" aria-label="Drawing \(number + 1)">\
    \(CutPicture(map: self, panel: panel, number: number).html)</div></div>
    """
  }

  private var form: HTML {
    """
    <form class="vc-cut-form" id="\(id)-form" method="get" action="\(url: path)" data-cut-form>\
    \(kept.html { Form.hidden($0.0, $0.1) })<div class="vc-cut-fields">\(lines.html(field))</div>\
    <div class="vc-cut-end"><button type="submit" class="btn btn-primary">Apply</button>\
    <a class="btn btn-ghost-secondary" href="\(url: path)">Lines back to where they stand by themselves</a></div></form>
    """
  }

  private func field(_ line: Line) -> HTML {
    let axis = axes[line.axis]
    let stop = axis.stops.indices.contains(line.stop) ? axis.stops[line.stop] : nil
    return """
      <div class="vc-cut-field"><label class="vc-label" for="\(id)-\(line.name)">\(words: line.title)</label>\
      <div class="input-group"><input class="form-control" type="text" inputmode="decimal" autocomplete="off" \
      id="\(id)-\(line.name)" name="\(line.name)" value="\(stop?.text ?? "")" placeholder="\(words: line.hint)" \
      data-cut-field="\(line.name)">\(when: !axis.suffix.isEmpty, "<span class=\"input-group-text\">\(axis.suffix)</span>")</div>\
      \(when: isApart(line), range(line, axis))</div>
      """
  }

  /// Whether no drawing has the line's axis, so that it is moved by a slider of its own.
  private func isApart(_ line: Line) -> Bool { !panels.contains { $0.x == line.axis || $0.y == line.axis } }

  private func range(_ line: Line, _ axis: Axis) -> HTML {
    """
    <input class="form-range vc-needs-scripts" type="range" min="1" max="\(max(1, axis.stops.count - 1))" \
    value="\(line.stop)" data-cut-range="\(line.name)" aria-label="\(words: line.title), slider">
    """
  }

  /// The cells as cards, in the order they lie in the drawing.
  private func cards(_ number: Int, _ panel: Panel) -> HTML {
    let columns = (panel.cells.map(\.x).max() ?? 0) + 1
    let ordered = panel.cells.sorted { ($1.y, $0.x) < ($0.y, $1.x) }
    let missing = panel.missing.map { content in
      """
      <p class="vc-cut-missing">An axis is missing for <span data-cell="\(number)-missing" data-of="count">\
      \(format.count(content.customers))</span> more, with sales of <span data-cell="\(number)-missing" data-of="sales">\
      \(CutMap.money(content.sales, format))</span>.</p>
      """ as HTML
    }
    return """
      \(when: !panel.title.isEmpty, "<h3 class=\"vc-cut-heading\">\(words: panel.title)</h3>")\
      <ul class="vc-cells vc-cells-\(columns)">\(ordered.html { card(number, $0) })</ul>\(missing)
      """
  }

  private func card(_ number: Int, _ cell: Cell) -> HTML {
    func of(_ what: What) -> HTML { CutMap.following(number, cell, what, format) }
    return """
      <li class="vc-cell"><div class="vc-cell-top"><h4>\(words: cell.word)</h4>\
      <button type="submit" form="\(id)-form" name="cell" value="\(cell.id)" class="btn btn-ghost-secondary btn-sm">Who\
      <span class="visually-hidden"> is in \(words: cell.word)</span></button></div>\
      <p class="vc-cell-count">\(of(.count)) <small>customers</small></p>\
      <dl><div><dt>Sales</dt><dd>\(of(.sales))</dd></div><div><dt>Contribution</dt><dd>\(of(.contribution))</dd></div></dl>\
      \(when: !cell.calls.isEmpty, "<p class=\"vc-cell-calls\">\(cell.calls)</p>")</li>
      """
  }
}

/// The map as its script reads it. Every place has its words, so the browser formats nothing but sums.
struct CutMapBlock: Encodable {
  struct Axis: Encodable {
    let values: [Double]
    let words: [String]
    let texts: [String]
  }

  struct Line: Encodable {
    let name: String
    let title: String
    let axis: Int
    let stop: Int
  }

  struct Panel: Encodable {
    let x: Int
    let y: Int
    var need: Int?
    var isHigh: Bool?
    let cells: [[Int]]
    let names: [String]
  }

  struct Numbers: Encodable {
    let grouping: String
    let before: String
    let after: String
    let minus: String
    let minorPerMajor: Int64
  }

  let axes: [Axis]
  let lines: [Line]
  let panels: [Panel]
  let points: String
  let numbers: Numbers
  let plot: [Double]
  let hasContribution: Bool

  init(_ map: CutMap) {
    axes = map.axes.map { axis in
      Axis(values: axis.stops.map(\.value), words: axis.stops.map(\.words), texts: axis.stops.map(\.text))
    }
    lines = map.lines.map { Line(name: $0.name, title: $0.title, axis: $0.axis, stop: $0.stop) }
    panels = map.panels.map { panel in
      Panel(
        x: panel.x, y: panel.y, need: panel.need?.line, isHigh: panel.need?.isHigh,
        cells: panel.cells.map { [$0.x, $0.y] }, names: panel.cells.map(\.word))
    }
    points = map.points
    let zero = CutMap.money(0, map.format).split(separator: "0", omittingEmptySubsequences: false).map(String.init)
    numbers = Numbers(
      grouping: map.format.grouping, before: zero.first ?? "", after: zero.count > 1 ? zero[1] : "",
      minus: Format.minus, minorPerMajor: map.format.currency.minorPerMajor)
    plot = [CutPicture.left, CutPicture.top, CutPicture.plotWidth, CutPicture.plotHeight]
    hasContribution = map.panels.contains { $0.cells.contains { $0.content.contribution != nil } }
  }
}
