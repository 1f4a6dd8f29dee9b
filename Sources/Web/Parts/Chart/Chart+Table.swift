import Kernel

extension Chart {
  /// The data of the drawing as a table, for screen readers, for copying and for whoever wants the numbers.
  var table: HTML {
    switch kind {
    case .shareCurve(let curve): shares(curve)
    case .lines(let lines): series(lines.labels, lines.series, lines.unit, lines.links)
    case .bars(let bars): series(bars.labels, bars.series, bars.unit, bars.links)
    case .heatMap(let map): notes(map)
    case .waterfall(let waterfall): steps(waterfall)
    case .bubbles(let bubbles): places(bubbles)
    case .dumbbells(let dumbbells): lines(dumbbells)
    case .flow(let flow): streams(flow)
    }
  }

  func grid(_ headings: [String], _ rows: [[HTML]], firstIsText: Bool = true) -> HTML {
    """
    <table class="vc-table"><thead><tr>\(headings.enumerated().html { index, heading in
      "<th scope=\"col\"\(when: index > 0 || !firstIsText, " class=\"vc-number\"")>\(words: heading)</th>"
    })</tr></thead><tbody>\(rows.html { row in
      "<tr>\(row.enumerated().html { index, cell in index == 0 && firstIsText ? "<th scope=\"row\">\(cell)</th>" : "<td class=\"vc-number\">\(cell)</td>" })</tr>"
    })</tbody></table>
    """
  }

  // A curve may have hundreds of points; a person reads about twenty.
  private func shares(_ curve: ShareCurve) -> HTML {
    let every = max(1, (curve.points.count + 19) / 20)
    let last = curve.points.count - 1
    let rows = curve.points.enumerated().filter { $0.offset % every == 0 || $0.offset == last }.map { _, point in
      [HTML(text: format.percent(point.customers)), HTML(text: format.percent(point.value))]
    }
    return grid([curve.customersTitle, curve.valueTitle], rows, firstIsText: false)
  }

  private func series(_ labels: [String], _ series: [Series], _ unit: Figure.Unit, _ links: [String?]) -> HTML {
    let rows = labels.enumerated().map { index, label -> [HTML] in
      let link = index < links.count ? links[index] : nil
      let name: HTML = link.map { "<a href=\"\(url: $0)\">\(words: label)</a>" } ?? HTML(words: label)
      return [name]
        + series.map { run in
          guard index < run.values.count, let value = run.values[index] else {
            return "<span class=\"vc-none\">none</span>"
          }
          guard index < run.low.count, let low = run.low[index], let high = run.high[index] else {
            return HTML(text: format.amount(value, unit))
          }
          return
            "\(format.amount(value, unit)) <small>\(format.amount(low, unit)) to \(format.amount(high, unit))</small>"
        }
    }
    return grid([""] + series.map(\.name), rows)
  }

  private func notes(_ map: HeatMap) -> HTML {
    let rows = map.rows.flatMap { row in
      zip(map.columns, row.cells).compactMap { column, cell -> [HTML]? in
        guard let cell else { return nil }
        return [
          HTML(words: row.label), HTML(words: column), HTML(text: format.amount(cell.value, map.unit)),
          HTML(words: cell.note ?? ""),
        ]
      }
    }
    return grid([map.rowTitle, map.columnTitle, "Value", "Rests on"], rows)
  }

  private func steps(_ waterfall: Waterfall) -> HTML {
    let rows = zip(waterfall.steps, waterfall.spans).map { step, span -> [HTML] in
      let name: HTML = step.link.map { "<a href=\"\(url: $0)\">\(words: step.label)</a>" } ?? HTML(words: step.label)
      return [
        name, step.isTotal ? HTML() : HTML(text: format.amount(step.value, waterfall.unit)),
        HTML(text: format.amount(span.to, waterfall.unit)),
      ]
    }
    return grid(["Step", "Change", "Level"], rows)
  }

  private func streams(_ flow: Flow) -> HTML {
    let rows = flow.streams.sorted { $0.size > $1.size }.map { stream -> [HTML] in
      let size = format.amount(stream.size, flow.unit)
      return [
        HTML(text: stream.from), HTML(text: stream.to),
        stream.link.map { "<a href=\"\(url: $0)\">\(size)</a>" } ?? HTML(text: size),
      ]
    }
    return grid([flow.fromTitle, flow.toTitle, ""], rows)
  }

  private func places(_ bubbles: Bubbles) -> HTML {
    let rows = bubbles.bubbles.map { bubble -> [HTML] in
      let name: HTML =
        bubble.link.map { "<a href=\"\(url: $0)\">\(words: bubble.label)</a>" } ?? HTML(text: bubble.label)
      return [
        name, HTML(text: format.amount(bubble.x, bubbles.x.unit)), HTML(text: format.amount(bubble.y, bubbles.y.unit)),
        HTML(text: format.amount(bubble.size, bubbles.sizeUnit)),
      ]
    }
    return grid(["", bubbles.x.title, bubbles.y.title, bubbles.sizeTitle], rows)
  }
}
