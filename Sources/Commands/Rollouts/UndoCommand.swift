import ArgumentParser
import JSON
import KubernetesClient
import KubernetesModel
import RolloutModel
import RolloutView

/// `weir undo ROLLOUT`: the pod template of an earlier revision.
struct UndoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Go back to an earlier revision.",
        discussion: """
            The pod template of that revision is written to the Rollout, or to the workload it refers to. Going back \
            to the stable version skips the steps; any other revision goes through them.
            """)

    @Argument(help: "The name of the Rollout.", completion: .rolloutNames)
    var name: String

    @Option(help: "The revision to go back to; 0 is the one before the newest.")
    var toRevision = 0

    @OptionGroup var client: ClientOptions

    init() {}

    func validate() throws {
        guard toRevision >= 0 else {
            throw ValidationError("--to-revision is \(toRevision); give a revision from 1 on, or 0.")
        }
    }

    func run() async throws {
        let (name, revision) = (name, toRevision)
        try await RolloutSession.run(client) { session in
            let rollout = try await session.rollout(name)
            let reference = try ReferencedWorkload(of: rollout)
            var target = rollout
            if let reference { target = try await session.api.get(reference.kind, reference.key) }
            let path = reference?.templatePath ?? ["spec", "template"]
            let family = RolloutFamily(
                rollout, replicaSets: try await session.objects(.replicaSet), pods: [])
            let undo = try RolloutVerb.undo(
                rollout, to: revision, among: family.replicaSets,
                current: target.document.at(path: path) ?? [:])
            switch undo {
            case .alreadyThere(let revision):
                StandardStream.output.write(
                    "skipped rollback (current template already matches revision \(revision))")
            case .template(let template, _):
                let change: JSONValue = [
                    "op": "replace", "path": .string("/" + path.joined(separator: "/")), "value": template,
                ]
                let kind = reference?.kind ?? .rollout
                _ = try await session.api.perform(
                    .patch(.init(kind, target.key, type: .json, body: .array([change]))))
                StandardStream.output.line("rollout '\(name)' undo")
            }
        }
    }
}
