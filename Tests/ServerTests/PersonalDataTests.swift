import Conditions
import Customers
import HTTPTypes
import Kernel
import Server
import Store
import Testing
import Web

/// What an analyst must not see is on no page and in no answer, and cannot be found out by searching or sorting.
@Suite struct PersonalDataTests {
  /// Every page and answer that needs no record, and those of one customer.
  private static func paths(_ house: House, _ company: SampleCompany, _ person: SampleCompany.Person) -> [(
    String, Bool
  )] {
    house.table.routes.filter { $0.method == .get }.flatMap { route -> [(String, Bool)] in
      var path = route.path
      let values = RouteSample.of(route.path)?.values(company, person, .own) ?? [:]
      for (name, value) in values { path = path.replacing("{\(name)}", with: value) }
      guard !path.contains("{") else { return [] }
      return route.isInAPI ? [(path, true), (path, false)] : [(path, false)]
    }
  }

  @Test func `an analyst finds no name on any page and in no answer`() async throws {
    try await withHouse { house in
      let company = try await SampleCompany(house)
      let door = Door(responder: Responder(house: house, isOperator: false))
      var shown = 0
      for role in [Role.Code.analyst, .administrator] {
        let person = try #require(company.people[role])
        for (path, isJSON) in Self.paths(house, company, person) {
          let reply =
            isJSON
            ? try await door.ask(.get, "/api/v1" + path, as: person)
            : try await door.ask(.get, path, headers: ["Cookie": "session=\(person.token)"])
          if role == .administrator {
            shown += reply.text.contains("Secretname") ? 1 : 0
            continue
          }
          for secret in ["Secretname", "secret@", "Secretrival", "Secretnote"] {
            #expect(!reply.text.contains(secret), "\(isJSON ? "API" : "page") \(path) shows \(secret)")
          }
        }
      }
      // The test looks at something: who may see names does, on several of the same pages.
      #expect(shown > 3)
    }
  }

  @Test func `a search, an order and a filter tell nothing of a name that is hidden`() async throws {
    try await withHouse { house in
      let company = try await SampleCompany(house)
      let door = Door(responder: Responder(house: house, isOperator: false))
      let analyst = try #require(company.people[.analyst])
      let manager = try #require(company.people[.manager])
      let found = try await door.ask(.get, "/api/v1/customers/count?q=Secretname", as: manager)
      #expect(found.text.contains("10"))
      for path in ["customers/count?q=Secretname", "customers/count?q=secret"] {
        #expect(try await door.ask(.get, "/api/v1/\(path)", as: analyst).text == "{\"total\":0}", "\(path)")
      }
      for path in [
        "customers?sort=name", "customers?sort=email", "customers?filter=name%20contains%20'secret'",
        "customers?filter=email%20contains%20'secret'", "customers?columns=email",
      ] {
        let reply = try await door.ask(.get, "/api/v1/\(path)", as: analyst)
        #expect(reply.status == 422 || !reply.text.contains("ecret"), "\(path): \(reply.status)")
      }
    }
  }

  @Test func `two customers that differ in a hidden field alone come out alike`() async throws {
    try await withHouse { house in
      let company = try await SampleCompany(house)
      let modules = house.modules
      let role = try await modules.roles.copy(.manager, name: "Blind", by: .operator)
      _ = try await modules.roles.edit(role.code, version: nil, by: .operator) { role in
        var draft = Role.Draft(role)
        draft.fields[.init(.customer, "email")] = .hidden
        draft.fields[.init(.customer, "kind")] = .readOnly
        return draft
      }
      let person = try await SampleCompany.person("blind", role.code, company.north, house)
      let door = Door(responder: Responder(house: house, isOperator: false))
      let twin = { (email: String?) in try Customer.Draft(kind: "person", name: "Twin", email: email, parent: nil) }
      let one = try await modules.customers.create(try twin("twin@example.org"), by: .operator)
      let two = try await modules.customers.create(try twin(nil), by: .operator)
      let answers = try await [one, two].asyncMap { customer in
        try await door.ask(.get, "/api/v1/customers/\(customer.id)", as: person).text
          .replacing("\(customer.id)", with: "N").replacing("\(customer.createdAt.microseconds)", with: "T")
      }
      #expect(answers[0] == answers[1] && !answers[0].contains("twin@"))
      for query in ["sort=email", "sort=-email", "filter=email%20is%20known"] {
        let reply = try await door.ask(.get, "/api/v1/customers?\(query)", as: person)
        #expect(reply.status == 422, "\(query): \(reply.text.prefix(200))")
      }
      // A change of what may only be read is refused; as it is it may come back. What is hidden may not even be guessed.
      let path = "/api/v1/customers/\(one.id)"
      func put(_ fields: String) async throws -> Int {
        try await door.ask(.put, path, as: person, body: "{\"name\": \"Twin\", \(fields)}").status
      }
      #expect(try await put("\"kind\": \"household\", \"version\": 1") == 403)
      #expect(try await put("\"kind\": \"person\", \"email\": \"twin@example.org\", \"version\": 1") == 403)
      #expect(try await put("\"kind\": \"person\", \"email\": \"else@example.org\", \"version\": 1") == 403)
      #expect(try await put("\"kind\": \"person\", \"version\": 1") == 200)
      #expect(try await modules.customers.find(one.id, for: .operator).email == "twin@example.org")
    }
  }

  @Test func `the other side of an observation is no customer out of reach`() async throws {
    try await withHouse { house in
      let company = try await SampleCompany(house)
      let door = Door(responder: Responder(house: house, isOperator: false))
      let sales = try #require(company.people[.sales])
      let own = company.customer(of: sales, .own)
      let foreign = company.customer(of: sales, .other)
      for other in [company.customer(of: sales, .team), foreign] {
        let draft = try Observation.Draft(own, .referral, on: Day(20_000), other: "X", otherCustomer: other)
        _ = try await house.modules.observations.create(draft, by: .operator)
      }
      let text = try await door.ask(.get, "/api/v1/observations?customer=\(own)", as: sales).text
      #expect(text.contains("\"otherCustomer\":\(company.customer(of: sales, .team))"))
      #expect(!text.contains("\"otherCustomer\":\(foreign)"))
    }
  }
}

extension Sequence where Element: Sendable {
  /// As `map`, one after the other.
  fileprivate func asyncMap<T>(_ change: (Element) async throws -> T) async rethrows -> [T] {
    var all: [T] = []
    for element in self { all.append(try await change(element)) }
    return all
  }
}
