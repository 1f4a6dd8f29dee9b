/// A computed number that can say where it came from (docs/domain.md, section 0).
public struct Figure: Sendable, Equatable, Codable {
  /// How well founded a figure is, weakest last.
  public enum Grade: String, Sendable, Codable, CaseIterable, Comparable {
    /// Counted or summed from transactions.
    case measured
    /// A person typed it.
    case declared
    /// A model made it.
    case estimated
    /// A default parameter stood in.
    case assumed
    public static func < (left: Grade, right: Grade) -> Bool { left.rank < right.rank }
    private var rank: Int { Grade.allCases.firstIndex(of: self) ?? 0 }
  }

  /// What the value counts.
  public enum Unit: Sendable, Equatable, Codable {
    case share, count, ratio, days
    /// Major units of a currency, as a number for display; exact amounts are `Money`.
    case money(Currency)

    public var name: String {
      switch self {
      case .share: "share"
      case .count: "count"
      case .ratio: "ratio"
      case .days: "days"
      case .money(let currency): currency.code
      }
    }

    public init(from decoder: any Decoder) throws {
      let text = try decoder.singleValueContainer().decode(String.self)
      switch text {
      case "share": self = .share
      case "count": self = .count
      case "ratio": self = .ratio
      case "days": self = .days
      default: self = .money(try Currency(text))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(name)
    }
  }

  /// Something that would make the figure better, and whom it touches.
  public struct Gap: Sendable, Equatable, Codable {
    public let what: String
    public let customers: Int
    public init(_ what: String, customers: Int) {
      self.what = what
      self.customers = customers
    }
  }

  /// The name programs know it by, such as `topShare.20`.
  public let id: String
  /// The name people know it by.
  public let title: String
  /// nil when an input is missing; `missing` then says which.
  public let value: Double?
  public let unit: Unit
  /// The last complete day the figure rests on.
  public let asOf: Day?
  public let window: Period?
  /// The method by its F-number.
  public let method: String
  /// The method in words, one or two sentences.
  public let explanation: String
  /// Number of records it rests on.
  public let n: Int
  public let low: Double?
  public let high: Double?
  public let grade: Grade
  public let missing: [Gap]

  public init(
    id: String, title: String, value: Double?, unit: Unit, asOf: Day?, window: Period?,
    method: String, explanation: String, n: Int, low: Double? = nil, high: Double? = nil,
    grade: Grade = .measured, missing: [Gap] = []
  ) {
    self.id = id
    self.title = title
    // A figure never carries NaN or infinity: what cannot be computed is missing.
    self.value = value.flatMap { $0.isFinite ? $0 : nil }
    self.unit = unit
    self.asOf = asOf
    self.window = window
    self.method = method
    self.explanation = explanation
    self.n = n
    self.low = low.flatMap { $0.isFinite ? $0 : nil }
    self.high = high.flatMap { $0.isFinite ? $0 : nil }
    self.grade = grade
    self.missing = missing
  }

  /// The weakest of several grades; `measured` when there are none.
  public static func weakest(_ grades: some Sequence<Grade>) -> Grade { grades.max() ?? .measured }
}
