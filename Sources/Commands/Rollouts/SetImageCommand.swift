import ArgumentParser
import KubernetesClient
import KubernetesModel
import RolloutModel

/// `weir set`: one field of a Rollout.
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set the image of a Rollout's containers.",
        subcommands: [SetImageCommand.self])
}

/// `weir set image ROLLOUT CONTAINER=IMAGE`: a new version.
struct SetImageCommand: AsyncParsableCommand {
    /// How often a change by somebody else is met with another try.
    private static let attemptsMax = 5

    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Set the image of a container, which starts an update.",
        discussion: """
            weir set image checkout web=example.com/checkout:2.0
            weir set image checkout '*=example.com/checkout:2.0'      every container

            Of a Rollout with a workloadRef, the Deployment is changed.
            """)

    @Argument(help: "The name of the Rollout.", completion: .rolloutNames)
    var name: String

    @Argument(help: ArgumentHelp("The container and its image.", valueName: "container=image"))
    var pair: String

    @OptionGroup var client: ClientOptions

    init() {}

    func validate() throws {
        guard let separator = pair.firstIndex(of: "="), separator != pair.startIndex,
            pair.index(after: separator) != pair.endIndex
        else {
            throw ValidationError(
                "'\(pair)' is not CONTAINER=IMAGE; write it like web=example.com/checkout:2.0.")
        }
    }

    func run() async throws {
        let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
        let (name, container, image) = (name, parts[0], parts[1])
        try await RolloutSession.run(client) { session in
            for attempt in 1...Self.attemptsMax {
                let rollout = try await session.rollout(name)
                let reference = try ReferencedWorkload(of: rollout)
                let kind = reference == nil ? ResourceKind.rollout : .deployment
                var target = rollout
                if let reference { target = try await session.api.get(kind, reference.key) }
                let patch = try RolloutVerb.setImage(of: container, to: image, in: target)
                do {
                    _ = try await session.api.perform(
                        .patch(
                            .init(kind, target.key, body: patch.body, resourceVersion: target.resourceVersion)))
                } catch let failure as KubernetesFailure
                    where failure.isConflict && attempt < Self.attemptsMax
                {
                    continue
                }
                StandardStream.output.line("\(kind.kind.lowercased()) \"\(target.name)\" image updated")
                return
            }
        }
    }
}
