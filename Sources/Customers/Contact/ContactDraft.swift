import Kernel

extension Contact {
  /// What a person or program may set.
  package struct Draft: Sendable, Equatable {
    package var firstName: String
    package var lastName: String
    package var title: String?
    package var job: String?
    package var points: [Point]
    package var street: String?
    package var postalCode: String?
    package var city: String?
    package var country: String?
    package var language: String?
    package var birthday: Day?
    package var note: String?
    package var owner: Customer.Holder
    package var team: Customer.Holder

    /// - Parameter given: the value of a field by its name; nil when it was not sent.
    /// - Throws: `Problem` naming the field that is wrong.
    package init(_ given: (String) -> String?) throws {
      func line(_ field: String, _ limit: Int) throws -> String? {
        let text = try Text.line(given(field) ?? "", field: field, limit: limit, required: false)
        return text.isEmpty ? nil : text
      }
      firstName = try line("firstName", 120) ?? ""
      lastName = try line("lastName", 120) ?? ""
      title = try line("title", 60)
      job = try line("job", 120)
      points = try Draft.points(given)
      guard !firstName.isEmpty || !lastName.isEmpty || !points.isEmpty else {
        throw Problem(.invalid, field: "lastName", "A contact needs a name.", mend: "Write a first or a last name.")
      }
      street = try line("street", 200)
      postalCode = try line("postalCode", 20)
      city = try line("city", 120)
      country = try line("country", 80)
      language = try line("language", 40)
      birthday = try Draft.day(given("birthday"), "birthday")
      let note = try Text.block(given("note") ?? "", field: "note", limit: 4_000)
      self.note = note.isEmpty ? nil : note
      owner = try Customer.Holder(given("owner"), field: "owner")
      team = try Customer.Holder(given("team"), field: "team")
    }

    static func day(_ text: String?, _ field: String) throws -> Day? {
      guard let text, !text.isEmpty else { return nil }
      guard let day = Day(text) else {
        throw Problem(.invalid, field: field, "“\(text.prefix(40))” is not a day.", mend: "Write it as YYYY-MM-DD.")
      }
      return day
    }

    /// An address, a number, a mobile number, and further ones a line each: `home: 040 1234567`.
    private static func points(_ given: (String) -> String?) throws -> [Point] {
      var points: [Point] = []
      if let email = try MailAddress.read(given("email") ?? "") { points.append(Point(.email, .work, email)) }
      if let phone = try TelephoneNumber.read(given("phone") ?? "") { points.append(Point(.phone, .work, phone)) }
      if let mobile = try TelephoneNumber.read(given("mobile") ?? "", field: "mobile") {
        points.append(Point(.phone, .mobile, mobile))
      }
      let more = try Text.block(given("more") ?? "", field: "more", limit: 2_000)
      for line in more.utf8.split(separator: UInt8(ascii: "\n")).prefix(20) {
        if let point = try point(String(decoding: line, as: UTF8.self)) { points.append(point) }
      }
      var seen: Set<String> = []
      return points.filter { seen.insert("\($0.channel.rawValue) \($0.folded)").inserted }
    }

    private static func point(_ line: String) throws -> Point? {
      let cut = line.utf8.firstIndex(of: UInt8(ascii: ":"))
      let word = cut.map { String(decoding: line.utf8[..<$0], as: UTF8.self) }
      let kind = word.flatMap { Point.Kind(rawValue: MailAddress.folded(trimmed($0))) }
      let start = kind == nil ? line.startIndex : cut.map { line.utf8.index(after: $0) } ?? line.startIndex
      let value = trimmed(String(decoding: line.utf8[start...], as: UTF8.self))
      guard !value.isEmpty else { return nil }
      if value.utf8.contains(UInt8(ascii: "@")) {
        return try MailAddress.read(value, field: "more").map { Point(.email, kind ?? .other, $0) }
      }
      return try TelephoneNumber.read(value, field: "more").map { Point(.phone, kind ?? .other, $0) }
    }

    private static func trimmed(_ text: String) -> String {
      let bytes = Array(text.utf8)
      let from = bytes.firstIndex { $0 != 32 && $0 != 9 } ?? bytes.endIndex
      let until = bytes.lastIndex { $0 != 32 && $0 != 9 }.map { $0 + 1 } ?? from
      return String(decoding: bytes[from..<until], as: UTF8.self)
    }

    /// The names of the fields it sets.
    var given: [String] {
      let values: [(String, Bool)] = [
        ("firstName", !firstName.isEmpty), ("lastName", !lastName.isEmpty), ("title", title != nil),
        ("job", job != nil), ("email", points.contains { $0.channel == .email }),
        ("phone", points.contains { $0.channel == .phone }), ("street", street != nil),
        ("postalCode", postalCode != nil), ("city", city != nil), ("country", country != nil),
        ("language", language != nil), ("birthday", birthday != nil), ("note", note != nil),
        ("owner", owner.isGiven), ("team", team.isGiven),
      ]
      return values.compactMap { $0.1 ? $0.0 : nil }
    }
  }

  /// The fields a draft is made of, in the order of the form.
  package static let settable = [
    "firstName", "lastName", "title", "job", "email", "phone", "mobile", "more", "street", "postalCode", "city",
    "country", "language", "birthday", "note", "owner", "team",
  ]

  /// A field as a form holds it.
  package func text(_ field: String) -> String? {
    switch field {
    case "firstName": firstName
    case "lastName": lastName
    case "title": title
    case "job": job
    case "email": first(.email)?.value ?? email
    case "phone": first(.phone)?.value ?? (points == nil ? phone : nil)
    case "mobile": firstMobile?.value
    case "more": more
    case "street": street
    case "postalCode": postalCode
    case "city": city
    case "country": country
    case "language": language
    case "birthday": birthday.map { "\($0)" }
    case "note": note
    case "owner": owner.map { "\($0)" }
    case "team": team.map { "\($0)" }
    default: nil
    }
  }

  private func first(_ channel: Point.Channel) -> Point? {
    points?.first { $0.channel == channel && $0.kind != .mobile }
  }

  private var firstMobile: Point? { points?.first { $0.channel == .phone && $0.kind == .mobile } }

  private var more: String {
    let told = [first(.email), first(.phone), firstMobile].compactMap { $0 }
    return (points ?? []).filter { !told.contains($0) }.map { "\($0.kind.rawValue): \($0.value)" }
      .joined(separator: "\n")
  }

  /// The names of the fields in which two states of a contact differ.
  func differences(to other: Contact) -> [String] { Contact.settable.filter { text($0) != other.text($0) } }
}

extension ContactRole {
  /// What a person or program says of a contact at a customer.
  package struct Draft: Sendable, Equatable {
    package let customer: ID<Customer>
    package let part: Part?
    package let function: String
    package let since: Day?
    package let isMain: Bool

    package init(
      _ customer: ID<Customer>, part: Part? = nil, function: String = "", since: Day? = nil, isMain: Bool = false
    ) {
      self.customer = customer
      self.part = part
      self.function = function
      self.since = since
      self.isMain = isMain
    }

    /// - Throws: `Problem` naming the field that is wrong.
    package init(_ customer: ID<Customer>, given: (String) -> String?) throws {
      self.customer = customer
      part = try Part.read(given("role"))
      function = try Text.line(given("function") ?? "", field: "function", limit: 120, required: false)
      since = try Contact.Draft.day(given("since"), "since")
      isMain = given("main") == "1" || given("main") == "true"
    }
  }
}

extension ContactRole.Part {
  /// - Throws: `Problem` when it is none of the parts; nil when nothing was said.
  package static func read(_ text: String?) throws -> Self? {
    guard let text, !text.isEmpty else { return nil }
    guard let part = Self(rawValue: text) else {
      throw Problem(
        .invalid, field: "role", "“\(text.prefix(40))” is no role in a buying decision.",
        mend: "Use one of \(allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return part
  }
}
