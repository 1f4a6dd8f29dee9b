import Kernel

/// A chart as its script reads it. Every number comes with the words for it, so the browser formats nothing.
struct ChartBlock: Encodable {
  struct Axis: Encodable {
    var title: String?
    var labels: [String]?
    var low: Double?
    var high: Double?
    var step: Double?
    var ticks: [Scale.Tick]?

    init(labels: [String]) { self.labels = labels }

    init(_ scale: Scale, title: String) {
      self.title = title
      low = scale.low
      high = scale.high
      step = scale.step
      ticks = scale.ticks
    }
  }

  struct Mark: Encodable {
    var value: [Double?]
    var words: String
    var link: String?
    var name: String?
    var size: Double?
    var tone: String?
  }

  struct Run: Encodable {
    var name: String
    var colour: Int
    var isDashed: Bool
    var marks: [Mark]
    var low: [Double?]?
    var high: [Double?]?
  }

  let kind: String
  let title: String
  var x: Axis?
  var y: Axis?
  var runs: [Run] = []
  var isStacked: Bool?
  var isHorizontal: Bool?
  var cut: Mark?
  var highlights: [Mark]?
  var shadedFrom: Int?
  var shadedWords: String?
  var cutX: Double?
  var cutY: Double?
  var corners: [String]?
  var rows: [String]?

  init(_ chart: Chart) {
    title = chart.title
    let picture = Picture(format: chart.format)
    switch chart.kind {
    case .shareCurve(let curve):
      kind = "curve"
      fill(curve, picture)
    case .lines(let lines):
      kind = "lines"
      fill(lines, picture)
    case .bars(let bars):
      kind = "bars"
      fill(bars, picture)
    case .heatMap(let map):
      kind = "heat"
      fill(map, picture)
    case .waterfall(let waterfall):
      kind = "waterfall"
      fill(waterfall, picture)
    case .bubbles(let bubbles):
      kind = "bubbles"
      fill(bubbles, picture)
    case .dumbbells(let dumbbells):
      kind = "dumbbells"
      fill(dumbbells, picture)
    case .flow(let flow):
      kind = "flow"
      fill(flow, picture)
    }
  }

  private mutating func fill(_ curve: Chart.ShareCurve, _ picture: Picture) {
    let format = picture.format
    let scales = picture.scales(curve)
    x = Axis(scales.customers, title: curve.customersTitle)
    y = Axis(scales.value, title: curve.valueTitle)
    let marks = curve.points.map { point in
      Mark(
        value: [point.customers, point.value],
        words: "\(format.percent(point.customers)) of customers bring \(format.percent(point.value))")
    }
    runs = [Run(name: curve.valueTitle, colour: 1, isDashed: false, marks: [Mark(value: [0, 0], words: "")] + marks)]
    if let level = curve.cut, let found = curve.cutAt {
      cut = Mark(
        value: [found, level],
        words: "\(format.percent(found)) of customers bring \(format.percent(level, decimals: 0))")
    }
    highlights = curve.highlights.map { Mark(value: [$0.customers, $0.value], words: $0.label) }
  }

  private mutating func fill(_ lines: Chart.Lines, _ picture: Picture) {
    x = Axis(labels: lines.labels)
    y = Axis(picture.scale(lines), title: lines.title)
    runs = marks(lines.labels, lines.series, lines.unit, lines.links, picture)
    shadedFrom = lines.shadedFrom
    shadedWords = lines.shadedWords
  }

  private mutating func fill(_ bars: Chart.Bars, _ picture: Picture) {
    x = Axis(labels: bars.labels)
    y = Axis(picture.scale(bars), title: bars.title)
    runs = marks(bars.labels, bars.series, bars.unit, bars.links, picture)
    isStacked = bars.isStacked
    isHorizontal = bars.isHorizontal
  }

  private func marks(
    _ labels: [String], _ series: [Chart.Series], _ unit: Figure.Unit, _ links: [String?], _ picture: Picture
  ) -> [Run] {
    series.enumerated().map { index, run in
      Run(
        name: run.name, colour: index % 8 + 1, isDashed: run.isDashed,
        marks: labels.indices.map { place in
          let value = place < run.values.count ? run.values[place] : nil
          return Mark(
            value: [value], words: value.map { picture.amount($0, unit) } ?? "none",
            link: place < links.count ? links[place] : nil)
        },
        low: run.low.isEmpty ? nil : run.low, high: run.high.isEmpty ? nil : run.high)
    }
  }

  private mutating func fill(_ map: Chart.HeatMap, _ picture: Picture) {
    x = Axis(labels: map.columns)
    rows = map.rows.map(\.label)
    let range = Picture.range(map)
    let marks = map.rows.enumerated().flatMap { row, line in
      line.cells.enumerated().compactMap { column, cell in
        cell.map {
          Mark(
            value: [Double(column), Double(row), Double(Picture.shade($0.value, range))],
            words: map.unit == .share
              ? picture.format.percent($0.value, decimals: 0) : picture.amount($0.value, map.unit))
        }
      }
    }
    runs = [Run(name: map.rowTitle, colour: 1, isDashed: false, marks: marks)]
  }

  private mutating func fill(_ waterfall: Chart.Waterfall, _ picture: Picture) {
    x = Axis(labels: waterfall.steps.map(\.label))
    y = Axis(picture.scale(waterfall), title: waterfall.title)
    let marks = zip(waterfall.steps, waterfall.spans).map { step, span in
      let sign = step.value > 0 && !step.isTotal ? "+" : ""
      return Mark(
        value: [span.from, span.to], words: sign + picture.amount(step.value, waterfall.unit), link: step.link,
        name: step.label, tone: step.isTotal ? "total" : step.value < 0 ? "fall" : "rise")
    }
    runs = [Run(name: waterfall.title, colour: 1, isDashed: false, marks: marks)]
  }

  private mutating func fill(_ flow: Chart.Flow, _ picture: Picture) {
    // A place stands on both sides: on the left under its number, on the right that many later.
    let count = flow.places.count
    func marks(_ side: KeyPath<Chart.Flow.Stream, String>, after shift: Int) -> [Mark] {
      flow.side(side).map { place in
        Mark(
          value: [Double(place.colour + shift), Double(place.colour % 8)],
          words: picture.amount(place.size, flow.unit), name: place.name)
      }
    }
    let nodes = marks(\.from, after: 0) + marks(\.to, after: count)
    let streams = flow.streams.map { stream in
      Mark(
        value: [
          Double(flow.places.firstIndex(of: stream.from) ?? 0),
          Double((flow.places.firstIndex(of: stream.to) ?? 0) + count), stream.size,
        ], words: picture.amount(stream.size, flow.unit), link: stream.link,
        name: "\(stream.from) to \(stream.to)")
    }
    rows = [flow.fromTitle, flow.toTitle]
    runs = [
      Run(name: flow.fromTitle, colour: 1, isDashed: false, marks: nodes),
      Run(name: flow.toTitle, colour: 2, isDashed: false, marks: streams),
    ]
  }

  private mutating func fill(_ bubbles: Chart.Bubbles, _ picture: Picture) {
    let scales = picture.scales(bubbles)
    x = Axis(scales.x, title: bubbles.x.title)
    y = Axis(scales.y, title: bubbles.y.title)
    cutX = bubbles.x.cut
    cutY = bubbles.y.cut
    corners = bubbles.corners
    let largest = bubbles.bubbles.map(\.size).max() ?? 0
    let groups = Dictionary(grouping: bubbles.bubbles, by: \.group).sorted { $0.key < $1.key }
    runs = groups.map { group, members in
      Run(
        name: group < bubbles.groups.count ? bubbles.groups[group] : bubbles.y.title, colour: group + 1,
        isDashed: false,
        marks: members.map { bubble in
          Mark(
            value: [bubble.x, bubble.y],
            words: """
              \(bubbles.x.title): \(picture.amount(bubble.x, bubbles.x.unit))
              \(bubbles.y.title): \(picture.amount(bubble.y, bubbles.y.unit))
              \(bubbles.sizeTitle): \(picture.amount(bubble.size, bubbles.sizeUnit))
              """,
            link: bubble.link, name: bubble.label, size: Picture.radius(bubble.size, largest: largest) * 2)
        })
    }
  }
}
