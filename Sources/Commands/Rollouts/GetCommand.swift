import ArgumentParser
import JSON
import KubernetesClient
import KubernetesModel
import RolloutView

/// `weir get`: one Rollout.
struct GetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a Rollout.", subcommands: [GetRolloutCommand.self, ExperimentCommand.self])
}

/// `weir get rollout NAME`: the tree of a Rollout, its revisions, ReplicaSets and pods.
struct GetRolloutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout",
        abstract: "Show a Rollout with its revisions, ReplicaSets and pods as a tree.",
        discussion: """
            weir get rollout checkout
            weir get rollout checkout --watch      redrawn as it changes, until Ctrl-C
            """,
        aliases: ["ro", "rollouts"])

    /// How the Rollout is shown.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case tree, wide, json, yaml
    }

    @Argument(help: "The name of the Rollout.", completion: .rolloutNames)
    var name: String

    @Flag(name: .shortAndLong, help: "Show it again whenever it changes.")
    var watch = false

    @Flag(help: "Do not use colours.")
    var noColor = false

    @Option(help: "Seconds after which a watch ends; 0 never.")
    var timeoutSeconds = 0

    @Option(name: .shortAndLong, help: "tree, wide (with the pods' addresses and nodes), json or yaml.")
    var output = Output.tree

    @OptionGroup var client: ClientOptions

    init() {}

    func run() async throws {
        let screen = TreeScreen(output: output, isColoured: Screen.isColoured(noColor: noColor))
        let (name, watch, limit) = (name, watch, timeoutSeconds)
        try await RolloutSession.run(client) { session in
            let rollout = try await session.rollout(name)
            guard watch else {
                let family = RolloutFamily(
                    rollout, replicaSets: try await session.objects(.replicaSet),
                    pods: try await session.objects(.pod), workload: try await session.workload(of: rollout))
                return StandardStream.output.write(try screen.text(of: family, now: WallClock().now))
            }
            let reference = try ReferencedWorkload(of: rollout).map { [$0.kind] } ?? []
            let feed = RolloutFeed(
                session, namespace: session.namespace, name: name,
                kinds: [.replicaSet, .pod] + reference.filter { $0 != .replicaSet })
            let last = LastText()
            _ = try await feed.follow(
                every: Screen.isTerminal ? .seconds(1) : nil, within: limit > 0 ? .seconds(limit) : nil
            ) { families in
                guard let family = families.first else {
                    throw RolloutSession.missing(name, in: session.namespace)
                }
                let text = try screen.text(of: family, now: WallClock().now)
                if last.replace(with: text) { Screen.show(text) }
                return true
            }
        }
    }
}

/// How a Rollout is put on the screen.
private struct TreeScreen: Sendable {
    var output: GetRolloutCommand.Output
    var isColoured: Bool

    func text(of family: RolloutFamily, now: Timestamp) throws -> String {
        let info = RolloutInfo(family)
        switch output {
        case .tree, .wide:
            return RolloutTree(info, now: now, isWide: output == .wide).text(isColoured: isColoured)
        case .json: return info.document.prettyText + "\n"
        case .yaml: return try ManifestText.yaml(info.document)
        }
    }
}
