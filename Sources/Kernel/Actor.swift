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
    case contact, interaction, task, tag, attachment, consent, notification
    case view, field, team, role, key, webhook, form, rule, privacy, backup
    case exportRun = "export"
  }

  /// What somebody may do with one field of a noun, where it is less than their rights on the noun allow.
  public enum FieldAccess: String, Sendable, Codable, CaseIterable {
    case hidden, readOnly
  }

  /// A field by its noun and the name programs know it under.
  public struct FieldName: Sendable, Hashable {
    public let noun: Noun
    public let field: String
    public init(_ noun: Noun, _ field: String) {
      self.noun = noun
      self.field = field
    }
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
  /// Fields that are hidden from them or that they may only read.
  public let fields: [FieldName: FieldAccess]
  /// Whether they see who a record is about: names, addresses, what was said. Without it a customer is a number, on every
  /// page, in every file, and in the order of every list.
  public let seesPersonalData: Bool
  /// What a key was cut down to; nil for a person, and for a key that may all its person may. What a key has set up, such
  /// as a webhook, goes no further later.
  public let limits: Set<Grant>?

  public init(
    user: Int64?, name: String, teams: [Int64] = [], grants: Set<Grant>, fields: [FieldName: FieldAccess] = [:],
    seesPersonalData: Bool = true, limits: Set<Grant>? = nil
  ) {
    self.user = user
    self.name = name
    self.teams = teams
    self.grants = grants
    self.fields = fields
    self.seesPersonalData = seesPersonalData
    self.limits = limits
  }

  /// Every verb on every noun, without limit.
  public static let everything: Set<Grant> = Set(
    Noun.allCases.flatMap { noun in Verb.allCases.map { Grant($0, noun, .all) } })

  /// The person at the command line of the machine the company runs on.
  public static let `operator` = Actor(user: nil, name: "operator", grants: everything)

  /// The widest reach of a right; nil when there is none.
  public func reach(_ verb: Verb, _ noun: Noun) -> Reach? {
    Reach.allCases.last { grants.contains(Grant(verb, noun, $0)) }
  }

  public func may(_ verb: Verb, _ noun: Noun) -> Bool { reach(verb, noun) != nil }

  /// Whether they may read a field of a noun whose records they may see.
  public func reads(_ field: String, of noun: Noun, isPersonal: Bool = false) -> Bool {
    (seesPersonalData || !isPersonal) && fields[FieldName(noun, field)] != .hidden
  }

  /// Whether they may set a field of a noun whose records they may edit.
  public func writes(_ field: String, of noun: Noun, isPersonal: Bool = false) -> Bool {
    (seesPersonalData || !isPersonal) && fields[FieldName(noun, field)] == nil
  }

  /// Refuses unless they may set every one of some fields, of which some are personal.
  public func require(writing names: some Sequence<String>, personal: Set<String> = [], of noun: Noun) throws {
    for name in names where !writes(name, of: noun, isPersonal: personal.contains(name)) {
      throw Problem(
        .notAllowed, field: name, "You may not change this field.", mend: "Leave it as it is, or ask an administrator.")
    }
  }

  /// Refuses unless the right is held at least as far as `reach`.
  public func require(_ verb: Verb, _ noun: Noun, reach needed: Reach = .own) throws {
    guard let held = reach(verb, noun), held >= needed else {
      throw Problem(
        .notAllowed, "You may not \(verb.rawValue) this.",
        mend: "Ask an administrator for the right to \(verb.rawValue) \(noun.rawValue) records.")
    }
  }
}
