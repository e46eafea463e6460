import ArgumentParser

/// As what this program was called: the name it was called by, and its arguments.
package struct Invocation: Sendable {
    /// The names under which kubectl finds plugins.
    enum Role: Sendable {
        /// `weir`, or a name that means nothing.
        case program
        /// `kubectl-weir`: everything, as `kubectl weir`.
        case plugin
        /// `kubectl-argo-rollouts`: the commands about Rollouts, as `kubectl argo rollouts`.
        case argoPlugin
        /// `kubectl_complete-…`: what kubectl runs to complete a plugin's arguments.
        case completer(isArgo: Bool)
    }

    /// The last part of the path the program was called by.
    package var name: String
    package var arguments: [String]

    package init(name: String, arguments: [String]) {
        self.name = name
        self.arguments = arguments
    }

    /// This process.
    package static var process: Invocation {
        let path = CommandLine.arguments.first ?? "weir"
        return Invocation(
            name: path.split(separator: "/").last.map(String.init) ?? "weir",
            arguments: Array(CommandLine.arguments.dropFirst()))
    }

    var role: Role {
        switch name {
        case "kubectl-weir": .plugin
        case "kubectl-argo-rollouts", "kubectl-argo_rollouts": .argoPlugin
        case "kubectl_complete-weir": .completer(isArgo: false)
        case "kubectl_complete-argo-rollouts": .completer(isArgo: true)
        default: .program
        }
    }

    /// How a person calls it.
    var spoken: String {
        switch role {
        case .argoPlugin, .completer(isArgo: true): "kubectl argo rollouts"
        case .plugin, .completer(isArgo: false): "kubectl weir"
        case .program: "weir"
        }
    }

    /// The root of the commands.
    var root: any AsyncParsableCommand.Type {
        switch role {
        case .argoPlugin, .completer(isArgo: true): ArgoRolloutsCommand.self
        case .plugin, .completer(isArgo: false): KubectlWeirCommand.self
        case .program: WeirCommand.self
        }
    }

    /// Parses and runs the command, and ends the process when it fails.
    package func run() async {
        if case .completer = role {
            return await Completion(root: root).answer(to: arguments)
        }
        if arguments.first == "__complete" || arguments.first == "__completeNoDesc" {
            return await Completion(root: root, explains: arguments.first == "__complete")
                .answer(to: Array(arguments.dropFirst()))
        }
        await run(root)
    }

    private func run<Root: AsyncParsableCommand>(_ root: Root.Type) async {
        do {
            var command = try await Root.asyncParseAsRoot(ArgumentOrder.arranged(arguments))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard isAboutRollouts, Root.exitCode(for: error) == .validationFailure else {
                Root.exit(withError: error)
            }
            // Scripts know 1 for any mistake in the arguments of these commands.
            StandardStream.error.line(Root.fullMessage(for: error))
            Root.exit(withError: ExitCode.failure)
        }
    }

    /// Whether the command is one of those that `kubectl argo rollouts` has.
    private var isAboutRollouts: Bool {
        if case .argoPlugin = role { return true }
        let names =
            RolloutCommands.all.map { $0._commandName } + RolloutCommands.own.map { $0._commandName }
        return ArgumentOrder.arranged(arguments).first.map(names.contains) ?? false
    }
}

/// The commands about Rollouts.
enum RolloutCommands {
    /// Those that `kubectl argo rollouts` has.
    static let all: [any ParsableCommand.Type] = [
        GetCommand.self, ListCommand.self, StatusCommand.self, PromoteCommand.self, AbortCommand.self,
        RetryCommand.self, UndoCommand.self, SetCommand.self, PauseCommand.self, RestartCommand.self,
        CreateCommand.self, LintCommand.self, VersionCommand.self, CompletionCommand.self, DashboardCommand.self,
        NotificationsCommand.self, TerminateCommand.self,
    ]
    /// Weir's own.
    static let own: [any ParsableCommand.Type] = [WhyCommand.self, PlanCommand.self]
}

/// `kubectl argo rollouts`.
struct ArgoRolloutsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kubectl-argo-rollouts",
        abstract: "Look at Rollouts and steer them.",
        discussion:
            "Weir under the name of another plugin: kubectl argo rollouts get rollout NAME --watch",
        version: WeirVersion.current, subcommands: RolloutCommands.all + RolloutCommands.own)
}

/// `kubectl weir`.
struct KubectlWeirCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kubectl-weir", abstract: WeirCommand.configuration.abstract,
        discussion: WeirCommand.configuration.discussion, version: WeirVersion.current,
        subcommands: WeirCommand.configuration.ungroupedSubcommands,
        groupedSubcommands: WeirCommand.configuration.groupedSubcommands)
}
