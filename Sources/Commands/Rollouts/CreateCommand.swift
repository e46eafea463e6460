import ArgumentParser
import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import RolloutView

/// `weir create -f FILE…`: new Rollouts, read strictly.
struct CreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a Rollout from a file; fields that no Rollout has are refused.",
        discussion: "A Rollout without a namespace goes to that of -n, or of the context.",
        subcommands: [AnalysisRunCommand.self])

    @Option(
        name: .shortAndLong, parsing: .singleValue,
        help: "A file with one Rollout (repeatable); - is standard input.",
        completion: .file())
    var filename: [String] = []

    @Flag(name: .shortAndLong, help: "Follow the Rollout afterwards, until Ctrl-C.")
    var watch = false

    @Flag(help: "Do not use colours.")
    var noColor = false

    @OptionGroup var client: ClientOptions

    init() {}

    func validate() throws {
        if watch, filename.count > 1 { throw ValidationError("Cannot watch multiple resources") }
    }

    func run() async throws {
        guard !filename.isEmpty else {
            throw UsageProblem("required flag(s) \"filename\" not set; name a file with one Rollout with -f.")
        }
        let documents = try filename.map(Self.document)
        let (watch, isColoured) = (watch, Screen.isColoured(noColor: noColor))
        try await RolloutSession.run(client) { session in
            var created: [KubernetesObject] = []
            for document in documents {
                var document = document
                if KubernetesObject(document).namespace.isEmpty {
                    document.set(.string(session.namespace), at: "metadata", "namespace")
                }
                let object = try await session.api.perform(.create(.rollout, document))
                created.append(object ?? KubernetesObject(document))
                StandardStream.output.line("rollout.argoproj.io/\(KubernetesObject(document).name) created")
            }
            guard watch, let object = created.first else { return }
            let feed = RolloutFeed(
                session, namespace: object.namespace, name: object.name, kinds: [.replicaSet, .pod])
            let last = LastText()
            _ = try await feed.follow(every: Screen.isTerminal ? .seconds(1) : nil) { families in
                guard let family = families.first else {
                    throw RolloutSession.missing(object.name, in: object.namespace)
                }
                let text = RolloutTree(RolloutInfo(family), now: WallClock().now).text(
                    isColoured: isColoured)
                if last.replace(with: text) { Screen.show(text) }
                return true
            }
        }
    }

    /// The one Rollout of a file.
    private static func document(in path: String) throws -> JSONValue {
        let documents = try ManifestInput.documents(in: path)
        guard let document = documents.first, documents.count == 1 else {
            throw UsageProblem(
                "\(path) holds \(documents.count) documents; create takes one Rollout per file.")
        }
        let object = KubernetesObject(document)
        guard object.kind == "Rollout", object.apiVersion == ResourceKind.rollout.apiVersion else {
            let group = object.apiVersion.split(separator: "/").first.map(String.init) ?? ""
            throw UsageProblem(
                "creates of \(group)/\(object.kind) unsupported (\(path)). Use `kubectl create` for other kinds."
            )
        }
        if let problem = ManifestStrictness.problem(with: document) {
            throw UsageProblem("\(path): \(problem)")
        }
        return document
    }
}
