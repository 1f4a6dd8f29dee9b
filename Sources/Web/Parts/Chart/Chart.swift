import Kernel

/// A chart: its title says what was found; the drawing is made here, so it is there without scripts, and made again by
/// the chart library where scripts run; the same data stands below as a table.
package struct Chart: Part {
  let id: String
  let title: String
  let note: HTML
  let kind: Kind
  let format: Format
  let csv: String?

  /// - Parameters:
  ///   - id: unique on the page; letters, digits and hyphens.
  ///   - title: the finding as a sentence, not the name of an axis.
  ///   - note: window, number of records, what to mind.
  ///   - csv: the address of the same data as a file; without one the table is offered by script.
  package init(id: String, title: String, note: HTML = HTML(), kind: Kind, format: Format, csv: String? = nil) {
    self.id = Form.identifier(id)
    self.title = title
    self.note = note
    self.kind = kind
    self.format = format
    self.csv = csv
  }

  package var html: HTML {
    guard !isEmpty else { return empty }
    return """
      <figure class="vc-card vc-chart" data-chart="\(id)" aria-labelledby="\(id)-title">
      <figcaption class="vc-chart-top"><div><h2 id="\(id)-title">\(words: title)</h2>\
      \(when: !note.isEmpty, "<p class=\"vc-chart-note\">\(note)</p>")</div>\(tools)</figcaption>
      \(legend)\(drawing)
      <details class="vc-chart-table"><summary>The numbers behind this<span class="visually-hidden">: \(words: title)</span></summary>\
      <div class="vc-table-frame" tabindex="0" role="region" aria-label="The numbers of the chart">\(table)</div></details>
      <script type="application/json" data-chart-data>\(json: ChartBlock(self))</script>
      </figure>
      """
  }

  private var isEmpty: Bool {
    switch kind {
    case .shareCurve(let curve): curve.points.isEmpty
    case .lines(let lines): !lines.series.contains { $0.values.contains { $0 != nil } }
    case .bars(let bars): !bars.series.contains { $0.values.contains { $0 != nil } }
    case .heatMap(let map): !map.rows.contains { $0.cells.contains { $0 != nil } }
    case .waterfall(let waterfall): waterfall.steps.isEmpty
    case .bubbles(let bubbles): bubbles.bubbles.isEmpty
    case .dumbbells(let dumbbells): dumbbells.rows.isEmpty
    case .flow(let flow): flow.streams.isEmpty
    }
  }

  private var empty: HTML {
    """
    <figure class="vc-card vc-chart"><figcaption class="vc-chart-top"><h2>\(words: title)</h2></figcaption>\
    \(EmptyState("Nothing to draw yet", reason: note.isEmpty ? "There are no records in this window." : note, icon: "chart-dots"))\
    </figure>
    """
  }

  private var tools: HTML {
    """
    <div class="vc-chart-tools">\
    <button type="button" class="btn btn-ghost-secondary vc-needs-scripts" data-chart-png>\(Icon("photo-down"))PNG\
    <span class="visually-hidden"> of \(words: title)</span></button>\
    \(csv.map { path in
      """
      <a class="btn btn-ghost-secondary" href="\(url: path)" download>\(Icon("download"))CSV\
      <span class="visually-hidden"> of \(words: title)</span></a>
      """ as HTML
    } ?? """
      <button type="button" class="btn btn-ghost-secondary vc-needs-scripts" data-chart-csv>\(Icon("download"))CSV\
      <span class="visually-hidden"> of \(words: title)</span></button>
      """)</div>
    """
  }

  /// The names of the colours, where more than one is used and the names do not stand in the drawing itself.
  private var legend: HTML {
    let names: [String]
    switch kind {
    case .lines(let lines): names = lines.series.count > 1 ? lines.series.map(\.name) : []
    case .bars(let bars): names = bars.series.count > 1 ? bars.series.map(\.name) : []
    case .bubbles(let bubbles): names = bubbles.groups
    case .dumbbells: names = ["Expected, with its interval", "What came"]
    default: names = []
    }
    guard !names.isEmpty else { return HTML() }
    return """
      <ul class="vc-legend" aria-hidden="true">\(names.enumerated().html { index, name in
        "<li><span class=\"vc-swatch vc-c\(index % 8 + 1)\"></span>\(words: name)</li>"
      })</ul>
      """
  }

  private var drawing: HTML {
    let picture = Picture(format: format)
    let svg: HTML =
      switch kind {
      case .shareCurve(let curve): picture.draw(curve)
      case .lines(let lines): picture.draw(lines)
      case .bars(let bars): bars.isHorizontal ? picture.drawHorizontal(bars) : picture.draw(bars)
      case .waterfall(let waterfall): picture.draw(waterfall)
      case .bubbles(let bubbles): picture.draw(bubbles)
      case .dumbbells(let dumbbells): picture.draw(dumbbells)
      case .flow(let flow): picture.draw(flow)
      case .heatMap(let map): picture.shaded(map)
      }
    if case .heatMap = kind {
      return "<div class=\"vc-heat-frame\" tabindex=\"0\" role=\"region\" aria-label=\"\(words: title)\">\(svg)</div>"
    }
    return """
      <div class="vc-chart-frame" tabindex="0" role="region" aria-label="Drawing"><div class="vc-chart-canvas" data-chart-canvas\
      \(attribute: "data-rows", rowCount)><svg viewBox="0 0 \(Int(picture.width)) \(Int(picture.height(of: kind)))" \
      role="img" aria-labelledby="\(id)-title" focusable="false">\(svg)</svg></div></div>
      """
  }

  // A drawing with lying bars grows with their number.
  private var rowCount: String? {
    if case .dumbbells(let dumbbells) = kind { return String(min(24, max(1, dumbbells.rows.count + 1))) }
    guard case .bars(let bars) = kind, bars.isHorizontal else { return nil }
    return String(min(24, max(1, bars.labels.count)))
  }
}
