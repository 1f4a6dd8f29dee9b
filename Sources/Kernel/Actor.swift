/// Who acts, and what they may do. An argument of every function that reads or changes records.
public struct Actor: Sendable, Equatable {
  /// How far a grant reaches.
  public enum Reach: String, Sendable, Codable, CaseIterable, Comparable {
    case own, team, all
    public static func < (left: Reach, right: Reach) -> Bool { left.rank < right.rank }
    private var rank: Int { self == .own ? 0 : self == .team ? 1 : 2 }
  }

  /// What can be done to a noun.
  public enum Verb: String, Sendable, Codable, CaseIterable {
    case see, create, edit, delete, export
  }

  /// The nouns that rights are given on.
  public enum Noun: String, Sendable, Codable, CaseIterable {
    case customer, product, purchase, importRun = "import", decision, analysis, assumption, company, user, audit, job
    case observation, segment, treatment
  }

  /// One right: a verb on a noun, as far as it reaches.
  public struct Grant: Sendable, Equatable, Hashable {
    public let verb: Verb
    public let noun: Noun
    public let reach: Reach
    public init(_ verb: Verb, _ noun: Noun, _ reach: Reach) {
      self.verb = verb
      self.noun = noun
      self.reach = reach
    }
  }

  /// The user's number; nil for the operator at the command line and for background work of the house itself.
  public let user: Int64?
  public let name: String
  /// Numbers of the teams the user is in.
  public let teams: [Int64]
  public let grants: Set<Grant>

  public init(user: Int64?, name: String, teams: [Int64] = [], grants: Set<Grant>) {
    self.user = user
    self.name = name
    self.teams = teams
    self.grants = grants
  }

  /// Every verb on every noun, without limit.
  public static let everything: Set<Grant> = Set(
    Noun.allCases.flatMap { noun in Verb.allCases.map { Grant($0, noun, .all) } })

  /// The person at the command line of the machine the company runs on.
  public static let `operator` = Actor(user: nil, name: "operator", grants: everything)

  /// The widest reach of a right; nil when there is none.
  public func reach(_ verb: Verb, _ noun: Noun) -> Reach? {
    grants.filter { $0.verb == verb && $0.noun == noun }.map(\.reach).max()
  }

  public func may(_ verb: Verb, _ noun: Noun) -> Bool { reach(verb, noun) != nil }

  /// Refuses unless the right is held at least as far as `reach`.
  public func require(_ verb: Verb, _ noun: Noun, reach needed: Reach = .own) throws {
    guard let held = reach(verb, noun), held >= needed else {
      throw Problem(
        .notAllowed, "You may not \(verb.rawValue) this.",
        mend: "Ask an administrator for the right to \(verb.rawValue) \(noun.rawValue) records.")
    }
  }
}
