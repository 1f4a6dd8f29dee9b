import Kernel

extension Chart {
  /// What kind of drawing, with its data.
  package enum Kind: Sendable {
    case shareCurve(ShareCurve)
    case lines(Lines)
    case bars(Bars)
    case heatMap(HeatMap)
    case waterfall(Waterfall)
    case bubbles(Bubbles)
    case dumbbells(Dumbbells)
    case flow(Flow)
  }

  /// Cumulative share of value against cumulative share of customers, best first; a whale curve rises above one.
  package struct ShareCurve: Sendable {
    package struct Point: Sendable {
      let customers: Double
      let value: Double
      package init(customers: Double, value: Double) {
        self.customers = customers
        self.value = value
      }
    }

    /// A customer or segment of the reader's own, drawn as a mark on the curve.
    package struct Highlight: Sendable {
      let label: String
      let customers: Double
      let value: Double
      package init(_ label: String, customers: Double, value: Double) {
        self.label = label
        self.customers = customers
        self.value = value
      }
    }

    let points: [Point]
    let cut: Double?
    let highlights: [Highlight]
    let customersTitle: String
    let valueTitle: String

    /// - Parameter cut: the share of value a line is drawn at, down to the curve; found in the data, never assumed.
    package init(
      points: [Point], cut: Double? = 0.8, highlights: [Highlight] = [],
      customersTitle: String = "Share of customers, best first", valueTitle: String = "Share of revenue"
    ) {
      self.points = points.filter { $0.customers.isFinite && $0.value.isFinite }.sorted { $0.customers < $1.customers }
      self.cut = cut
      self.highlights = highlights
      self.customersTitle = customersTitle
      self.valueTitle = valueTitle
    }

    /// The smallest share of customers that reaches the cut, between the two points around it.
    var cutAt: Double? {
      guard let cut, let index = points.firstIndex(where: { $0.value >= cut }) else { return nil }
      let after = points[index]
      guard index > 0, after.value > points[index - 1].value else { return after.customers }
      let before = points[index - 1]
      let share = (cut - before.value) / (after.value - before.value)
      return before.customers + share * (after.customers - before.customers)
    }
  }

  /// One run of values of a line or bar chart; nil is a gap.
  package struct Series: Sendable {
    let name: String
    let values: [Double?]
    let low: [Double?]
    let high: [Double?]
    let isDashed: Bool

    /// - Parameters:
    ///   - low: with `high`, the interval drawn as a band around a line.
    ///   - isDashed: for what is forecast or compared with.
    package init(
      _ name: String, _ values: [Double?], low: [Double?] = [], high: [Double?] = [], isDashed: Bool = false
    ) {
      self.name = name
      self.values = values
      self.low = low.count == high.count ? low : []
      self.high = low.count == high.count ? high : []
      self.isDashed = isDashed
    }
  }

  /// Values over time or another ordered run.
  package struct Lines: Sendable {
    let labels: [String]
    let series: [Series]
    let unit: Figure.Unit
    let title: String
    let fromZero: Bool
    let shadedFrom: Int?
    let shadedWords: String
    let links: [String?]

    /// - Parameters:
    ///   - title: what the vertical axis measures.
    ///   - shadedFrom: the first position of the part set apart, such as a hold-out or a forecast.
    package init(
      labels: [String], series: [Series], unit: Figure.Unit, title: String, fromZero: Bool = true,
      shadedFrom: Int? = nil, shadedWords: String = "", links: [String?] = []
    ) {
      self.labels = labels
      self.series = series
      self.unit = unit
      self.title = title
      self.fromZero = fromZero
      self.shadedFrom = shadedFrom
      self.shadedWords = shadedWords
      self.links = links
    }
  }

  /// Amounts side by side, or on top of each other.
  package struct Bars: Sendable {
    let labels: [String]
    let series: [Series]
    let unit: Figure.Unit
    let title: String
    let isStacked: Bool
    let isHorizontal: Bool
    let links: [String?]

    /// - Parameter isHorizontal: for long labels; the first stands on top.
    package init(
      labels: [String], series: [Series], unit: Figure.Unit, title: String, isStacked: Bool = false,
      isHorizontal: Bool = false, links: [String?] = []
    ) {
      self.labels = labels
      self.series = series
      self.unit = unit
      self.title = title
      self.isStacked = isStacked
      self.isHorizontal = isHorizontal
      self.links = links
    }
  }

  /// A table whose cells are shaded by their value: retention by cohort, recency against frequency.
  package struct HeatMap: Sendable {
    package struct Cell: Sendable {
      let value: Double
      let link: String?
      let note: String?
      /// - Parameter note: what a reader sees on hover besides the value, such as `412 of 1,203 customers`.
      package init(_ value: Double, link: String? = nil, note: String? = nil) {
        self.value = value
        self.link = link
        self.note = note
      }
    }

    package struct Row: Sendable {
      let label: String
      let size: String?
      let cells: [Cell?]
      /// - Parameter size: how many the row rests on, in words.
      package init(_ label: String, size: String? = nil, cells: [Cell?]) {
        self.label = label
        self.size = size
        self.cells = cells
      }
    }

    let rowTitle: String
    let sizeTitle: String
    let columnTitle: String
    let columns: [String]
    let rows: [Row]
    let unit: Figure.Unit
    let range: ClosedRange<Double>?

    /// - Parameter range: the values of the palest and the fullest shade; taken from the data when nil.
    package init(
      rowTitle: String, sizeTitle: String = "Customers", columnTitle: String, columns: [String], rows: [Row],
      unit: Figure.Unit, range: ClosedRange<Double>? = nil
    ) {
      self.rowTitle = rowTitle
      self.sizeTitle = sizeTitle
      self.columnTitle = columnTitle
      self.columns = columns
      self.rows = rows
      self.unit = unit
      self.range = range
    }
  }

  /// How one amount becomes another, step by step.
  package struct Waterfall: Sendable {
    package struct Step: Sendable {
      let label: String
      let value: Double
      let isTotal: Bool
      let link: String?
      /// - Parameter isTotal: whether the value is a level that is reached, not a change.
      package init(_ label: String, _ value: Double, isTotal: Bool = false, link: String? = nil) {
        self.label = label
        self.value = value.isFinite ? value : 0
        self.isTotal = isTotal
        self.link = link
      }
    }

    let steps: [Step]
    let unit: Figure.Unit
    let title: String

    package init(steps: [Step], unit: Figure.Unit, title: String) {
      self.steps = steps
      self.unit = unit
      self.title = title
    }

    /// Where each bar begins and ends.
    var spans: [(from: Double, to: Double)] {
      var level = 0.0
      return steps.map { step in
        let from = step.isTotal ? 0 : level
        level = step.isTotal ? step.value : level + step.value
        return (from, level)
      }
    }
  }

  /// Customers or segments placed by two measures, sized by a third; with cut lines a portfolio matrix.
  package struct Bubbles: Sendable {
    package struct Axis: Sendable {
      let title: String
      let unit: Figure.Unit
      let cut: Double?
      package init(_ title: String, _ unit: Figure.Unit, cut: Double? = nil) {
        self.title = title
        self.unit = unit
        self.cut = cut
      }
    }

    package struct Bubble: Sendable {
      let label: String
      let x: Double
      let y: Double
      let size: Double
      let group: Int
      let link: String?
      /// - Parameters:
      ///   - size: what the area stands for; negative is drawn as nothing.
      ///   - group: which colour, 0 to 7.
      package init(_ label: String, x: Double, y: Double, size: Double = 1, group: Int = 0, link: String? = nil) {
        self.label = label
        self.x = x
        self.y = y
        self.size = size.isFinite ? max(0, size) : 0
        self.group = min(7, max(0, group))
        self.link = link
      }
    }

    let bubbles: [Bubble]
    let x: Axis
    let y: Axis
    let sizeTitle: String
    let sizeUnit: Figure.Unit
    let groups: [String]
    let corners: [String]

    /// - Parameters:
    ///   - groups: the names of the colours; empty when there is one.
    ///   - corners: names of the four parts, top left, top right, bottom left, bottom right.
    package init(
      bubbles: [Bubble], x: Axis, y: Axis, sizeTitle: String, sizeUnit: Figure.Unit, groups: [String] = [],
      corners: [String] = []
    ) {
      self.bubbles = bubbles.filter { $0.x.isFinite && $0.y.isFinite }
      self.x = x
      self.y = y
      self.sizeTitle = sizeTitle
      self.sizeUnit = sizeUnit
      self.groups = groups
      self.corners = corners.count == 4 ? corners : []
    }
  }
}
