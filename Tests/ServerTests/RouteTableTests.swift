import Kernel
import Server
import Testing
import Web

@Suite struct RouteTableTests {
  private func route(_ method: Visit.Method, _ path: String) -> Route {
    Route(method, path, .signedIn, path) { _ in Answer(status: 200, body: .none) }
  }

  private func path(_ table: RouteTable, _ method: Visit.Method, _ parts: [String]) -> String? {
    guard case .found(let route, _) = table.match(method, parts) else { return nil }
    return route.path
  }

  @Test func `the routes of the product fit together`() async throws {
    let routes = try await withHouse { $0.table.routes }
    #expect(routes.count > 30)
    for route in routes {
      #expect(route.path.hasPrefix("/") && !route.path.hasSuffix("/") || route.path == "/")
      #expect(!route.summary.isEmpty, "\(route.path) does not say what it does")
      #expect(route.limit > 0)
    }
  }

  @Test func `what everybody may do is a short list`() async throws {
    let open = try await withHouse { $0.table.routes.filter { $0.permission == .open } }
    let named = Set(open.map { "\($0.method.rawValue) \($0.path)" })
    #expect(
      named == [
        "GET /sign-in", "POST /session", "POST /session/code", "GET /sign-in/forgotten", "POST /password-requests",
        "GET /reset", "POST /reset", "GET /join", "POST /join", "POST /theme", "POST /language", "GET /health",
        "GET /ready",
        "GET /openapi.json", "GET /f/{token}", "POST /f/{token}",
      ])
  }

  /// An address that is only read may be opened from any link; nothing that creates, edits or deletes is one.
  @Test func `what changes something is never asked for with GET`() async throws {
    for route in try await withHouse({ $0.table.routes }) {
      guard case .may(let verb, _) = route.permission else { continue }
      switch verb {
      case .see: #expect(route.method == .get, "\(route.path) changes something with the right to see")
      // The forms themselves, which programs do not need.
      case .create, .edit: #expect(route.method.changes || !route.isInAPI, "\(route.path) changes something with GET")
      case .delete: #expect(route.method.changes, "\(route.path) deletes something with GET")
      case .export: break
      }
    }
  }

  @Test func `two routes of one address are refused`() throws {
    _ = try RouteTable([route(.get, "/customers/{id}"), route(.post, "/customers/{id}")])
    let problem = #expect(throws: Problem.self) {
      try RouteTable([route(.get, "/customers/{id}"), route(.get, "/customers/{customer}")])
    }
    #expect(problem?.kind == .conflict)
  }

  @Test func `a fixed segment wins over a variable, whatever stands first`() throws {
    let routes = [route(.get, "/customers/{id}"), route(.get, "/customers/new"), route(.get, "/{noun}/{id}")]
    for table in [try RouteTable(routes), try RouteTable(routes.reversed())] {
      #expect(path(table, .get, ["customers", "new"]) == "/customers/new")
      #expect(path(table, .get, ["customers", "7"]) == "/customers/{id}")
      #expect(path(table, .get, ["products", "7"]) == "/{noun}/{id}")
    }
  }

  @Test func `variables are handed over by name`() throws {
    let table = try RouteTable([route(.get, "/customers/{id}/orders/{order}")])
    guard case .found(_, let parameters) = table.match(.get, ["customers", "7", "orders", "a b"]) else {
      Issue.record("not found")
      return
    }
    #expect(parameters == ["id": "7", "order": "a b"])
  }

  @Test func `a wrong method names those that are taken`() throws {
    let table = try RouteTable([route(.get, "/decisions"), route(.post, "/decisions")])
    guard case .wrongMethod(let others) = table.match(.delete, ["decisions"]) else {
      Issue.record("DELETE was taken, or the address is not known")
      return
    }
    #expect(Set(others) == [.get, .post])
  }

  @Test func `more or fewer segments are another address`() throws {
    let table = try RouteTable([route(.get, "/"), route(.get, "/customers")])
    #expect(path(table, .get, []) == "/")
    for parts in [["customers", ""], ["customers", "1"], ["Customers"], [""]] {
      guard case .none = table.match(.get, parts) else {
        Issue.record("\(parts) is an address")
        continue
      }
    }
  }
}
