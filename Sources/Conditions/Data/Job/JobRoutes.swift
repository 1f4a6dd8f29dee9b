import Kernel
import Store
import Web

/// Background work: what is going on, how far it is, and stopping it.
package struct JobRoutes: Sendable {
  let jobs: Jobs
  /// The page of what a job does; nil where it has none.
  let outcome: @Sendable (Job) -> String?

  package init(_ jobs: Jobs, outcome: @escaping @Sendable (Job) -> String?) {
    self.jobs = jobs
    self.outcome = outcome
  }

  package var routes: [Route] {
    [
      Route(
        .get, "/jobs", .may(.see, .job), "Lists background work, newest first.", answer: .of([String: [JobAnswer]].self)
      ) { visit in
        let all = try await jobs.recent(for: visit.actor)
        return .both(visit, json: ["rows": all.map { JobAnswer($0) }]) { JobListPage(jobs: all, visit: visit).html }
      },
      Route(.get, "/jobs/{id}", .may(.see, .job), "One job and how far it is.", answer: .of(JobAnswer.self)) { visit in
        let job = try await jobs.find(visit.id(), for: visit.actor)
        return .both(visit, json: JobAnswer(job)) {
          JobPage(job: job, outcome: outcome(job), visit: visit).html
        }
      },
      Route(
        .get, "/jobs/{id}/events", .may(.see, .job), "Follows a job by server-sent events.",
        answer: .file("text/event-stream"), action: follow),
      Route(
        .post, "/jobs/{id}/cancellation", .may(.edit, .job), "Asks a job to stop.",
        answer: .of([String: Bool].self, 200)
      ) { visit in
        let id: ID<Job> = try visit.id()
        try await jobs.cancel(id, by: visit.actor)
        return .changed(
          visit, to: "/jobs/\(id)", json: ["cancelled": true], flash: Flash(.note, "It stops at the next row."))
      },
    ]
  }

  /// An event twice a second while the job is open, then one that says it is over.
  @Sendable private func follow(_ visit: Visit) async throws -> Answer {
    let id: ID<Job> = try visit.id()
    _ = try await jobs.find(id, for: visit.actor)
    let actor = visit.actor
    return Answer(
      body: .stream(type: "text/event-stream", name: nil) { sink in
        while !Task.isCancelled {
          let job = try await jobs.find(id, for: actor)
          let event = JobEvent(share: job.progress, words: job.note, note: "", done: !job.isOpen)
          try await sink.write(Array("data: ".utf8) + (try JSON.bytes(event)) + Array("\n\n".utf8))
          if !job.isOpen { return }
          try await Task.sleep(for: .milliseconds(500))
        }
      })
  }

  private struct JobEvent: Encodable {
    let share: Double?
    let words: String
    let note: String
    let done: Bool
  }
}

/// A job as programs get it.
struct JobAnswer: Encodable, Sendable {
  let id: ID<Job>
  let kind: String
  let title: String
  let state: String
  let done: Int64
  let total: Int64?
  let note: String
  let problem: String?

  init(_ job: Job) {
    id = job.id
    kind = job.kind
    title = job.title
    state = job.state.rawValue
    done = job.done
    total = job.total
    note = job.note
    problem = job.problem
  }
}

/// How a job stands, in a word.
struct JobStanding {
  let badge: Badge

  init(_ job: Job) {
    badge =
      switch job.state {
      case .queued: Badge("Waiting", .note)
      case .running: Badge("Running", .note)
      case .succeeded: Badge("Done", .good)
      case .failed: Badge("Failed", .bad)
      case .cancelled: Badge("Cancelled", .neutral)
      }
  }
}

/// The list of background work.
struct JobListPage {
  let jobs: [Job]
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Jobs", path: "/jobs", viewer: viewer, lead: "What goes on in the background.",
      body: ListTable(
        "The newest \(jobs.count)", rows: jobs,
        columns: [
          .init("Job", onCard: .title) { "<a href=\"/jobs/\($0.id)\">\(words: $0.title)</a>" },
          .init("Asked by") { "\($0.actorName)" }, .init("When", onCard: .fact) { viewer.time($0.createdAt) },
          .init("How it stands", onCard: .fact) { JobStanding($0).badge.html },
        ],
        state: ListState(path: "/jobs"),
        empty: EmptyState("Nothing ran yet", reason: "Imports run here.", icon: "progress")
      ).html)
  }
}

/// One job.
struct JobPage {
  let job: Job
  let outcome: String?
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: job.title, path: "/jobs", viewer: visit.viewer, crumbs: [Crumb("Jobs", "/jobs")],
      lead: "\(JobStanding(job).badge) asked for by \(job.actorName) \(visit.viewer.time(job.createdAt)).",
      refresh: job.isOpen ? 2 : nil,
      body: """
        \(ProgressBar(
          job.title, share: job.progress, words: job.note, events: job.isOpen ? "/jobs/\(job.id)/events" : nil,
          cancel: job.isOpen
            ? PostButton("Cancel", action: "/jobs/\(job.id)/cancellation", csrf: visit.viewer.csrf, weight: .quiet)
            : nil))\
        \(job.problem.map { "<div class=\"alert alert-danger\" role=\"alert\">\($0)</div>" as HTML })\
        \(outcome.map { LinkButton("What it does", $0, icon: "eye") })
        """)
  }
}
