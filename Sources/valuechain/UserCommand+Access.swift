import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Web

extension UserCommand {
  struct ResetLink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reset-link", abstract: "Prints a link by which somebody sets a new password, once, within an hour.",
      discussion: """
        Example:
          valuechain user reset-link owner@example.org \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address.") var email: String
    @Option(help: "The address people use, when no server runs.") var baseURL = "http://127.0.0.1:8080"

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let user = try await AccountAnswers.user(email, server)
        return try AccountAnswers.tell(try await server.send("POST", "/users/\(user)/reset-link"), store) { $0.link }
      }
      try await Door.open(place) { modules in
        let user = try await modules.users.find(email: email)
        let made = try await modules.passwordResets.create(for: user.id, by: .operator)
        let link = HandedLinks(base: baseURL).resetting(made.token)
        if store.json { return try Terminal.json(["link": link, "token": made.token]) }
        print(link)
      }
    }
  }

  struct RequireCode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "require-code", abstract: "Asks a second factor of a role, or of everybody.",
      discussion: """
        Example:
          valuechain user require-code --role administrator \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Option(help: "The role; everybody when left out.") var role = ""
    @Flag(help: "Ask it no longer.") var stop = false

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(["role": role])
        _ = try await server.send(stop ? "DELETE" : "POST", "/second-factor-rules", body: body)
      } else {
        try await Door.open(place) { modules in
          if stop {
            try await modules.secondFactors.stopRequiring(of: role, by: .operator)
          } else {
            try await modules.secondFactors.require(of: role, by: .operator)
          }
        }
      }
      let who = role.isEmpty ? "Everybody" : "Who is \(role)"
      print(stop ? "\(who) may do without a second factor." : "\(who) needs a second factor from the next step on.")
    }
  }

  struct RemoveCode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove-code",
      abstract: "Takes somebody's second factor away, when phone and recovery codes are lost.",
      discussion: """
        Example:
          valuechain user remove-code owner@example.org \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address.") var email: String

    func run() async throws {
      let place = try Door.place(store)
      do {
        if let server = Door.server(at: place) {
          _ = try await server.send("DELETE", "/users/\(try await AccountAnswers.user(email, server))/second-factor")
        } else {
          try await Door.open(place) { modules in
            try await modules.secondFactors.reset(try await modules.users.find(email: email).id, by: .operator)
          }
        }
        print("\(email) signs in with the password alone.")
      } catch let problem as Problem where problem.kind == .notFound && problem.field == nil {
        print("\(email) has no second factor.")
      }
    }
  }

  struct Unlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets somebody who is locked out try to sign in again at once.",
      discussion: "Example:\n  valuechain user unlock owner@example.org --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address, or the network address that is locked out.") var who: String

    func run() async throws {
      let place = try Door.place(store)
      var lifted = 0
      if let server = Door.server(at: place) {
        let rows = try await server.send("GET", "/lock-outs").decoded(as: AccountAnswers.Rows.self).rows
        for subject in rows.compactMap(\.subject) where Unlock.names(subject, who) {
          _ = try await server.send("DELETE", "/lock-outs", body: try JSONEncoder().encode(["subject": subject]))
          lifted += 1
        }
      } else {
        lifted = try await Door.open(place) { modules in
          let all = try await modules.sessions.lockOuts(for: .operator).filter { Unlock.names($0.subject, who) }
          for lockOut in all { try await modules.sessions.liftLockOut(lockOut.subject, by: .operator) }
          return all.count
        }
      }
      print(lifted == 0 ? "\(who) is not locked out." : "\(who) can try again.")
    }

    private static func names(_ subject: String, _ who: String) -> Bool {
      subject.utf8.split(separator: 32).dropFirst().contains { $0.elementsEqual(who.lowercased().utf8) }
    }
  }
}
