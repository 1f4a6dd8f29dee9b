import Customers
import Foundation
import Kernel
import Records
import Store
import Tabular

/// Imports a file in the background; after an interruption it goes on where it was.
package struct ImportJob: Sendable {
  package static let kind = "import"

  struct Arguments: Codable {
    let run: Int64
    let path: String
    /// Who asked for it and what they asked with; it runs with what is left of their rights by then.
    var actor: KeptActor?
  }

  let imports: Imports
  let companies: Companies
  let users: Users

  package init(_ imports: Imports, companies: Companies) {
    self.imports = imports
    self.companies = companies
    users = Users(imports.database, clock: imports.clock)
  }

  /// The files that imports still wait for.
  package func awaited() async throws -> Set<String> {
    let open = try await imports.jobs.openArguments(of: ImportJob.kind)
    return Set(open.compactMap { try? JSONDecoder().decode(Arguments.self, from: Data($0.utf8)).path })
  }

  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let arguments = try JSONDecoder().decode(Arguments.self, from: Data(job.arguments.utf8))
    let actor = try await requester(of: job, arguments)
    let run = try await imports.find(ID(arguments.run), for: actor)
    let ended: ImportRun
    do {
      ended = try await carryOut(run, ByteSource(path: arguments.path), progress, by: actor)
    } catch let problem as Problem where problem.kind != .unavailable {
      unlink(arguments.path)
      throw problem
    }
    unlink(arguments.path)
    return String(decoding: try JSONEncoder().encode(["import": ended.id.rawValue]), as: UTF8.self)
  }

  /// Who asked for an import, if they may still do it; else the run ends here.
  private func requester(of job: Job, _ arguments: Arguments) async throws -> Actor {
    do {
      let actor = try await users.actor(behind: job)
      let order = try await imports.order(of: ID(arguments.run), for: actor)
      try Imports.require(actor, order)
      return arguments.actor.map { actor.within($0.actor.grants) } ?? actor
    } catch let problem as Problem where problem.kind == .notAllowed {
      let house = Actor(user: job.actor, name: job.actorName, grants: Actor.everything)
      try await imports.fail(ID(arguments.run), problem.description, by: house)
      unlink(arguments.path)
      throw problem
    }
  }

  /// Imports now, and notes how it ended.
  package func carryOut(
    _ run: ImportRun, _ source: @autoclosure () throws -> ByteSource, _ progress: JobProgress, by actor: Actor
  ) async throws -> ImportRun {
    let order = try await imports.order(of: run.id, for: actor)
    guard let company = try await companies.current() else {
      throw Problem(.unavailable, "There is no company in this store yet.", mend: "Make one first.")
    }
    do {
      let importing = Importing(
        imports: imports, run: run, order: order, company: company, actor: actor, progress: progress)
      return try await importing.carryOut(try source())
    } catch let problem as Problem where problem.kind != .unavailable {
      try await imports.fail(run.id, problem.description, by: actor)
      throw problem
    } catch is CancellationError {
      // A server that stops leaves the run as it is; its job goes on at the next start.
      if !Task.isCancelled { try await imports.fail(run.id, "It was cancelled.", by: actor) }
      throw CancellationError()
    } catch {
      // The store may not even take this note. A job says by itself that it failed.
      if run.job == nil {
        let reason = (error as? Problem)?.description ?? "Something went wrong inside."
        try? await imports.fail(run.id, reason, as: .interrupted, by: actor)
      }
      throw error
    }
  }
}

extension Imports {
  /// Refuses who may not bring such a file in.
  static func require(_ actor: Actor, _ order: ImportOrder) throws {
    try actor.require(.create, .importRun)
    try actor.require(.create, order.subject.noun)
    // Rows of customers nobody knows yet make them.
    if order.subject != .products { try actor.require(.create, .customer) }
  }
}
