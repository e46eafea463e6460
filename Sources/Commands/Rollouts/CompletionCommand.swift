import ArgumentParser
import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel

/// `weir completion SHELL`: a script that completes this program's arguments.
struct CompletionCommand: ParsableCommand {
    /// The shells there are scripts for.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish, powershell
    }

    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print a script that completes commands in a shell.",
        discussion: """
            source <(weir completion bash)

            Names of Rollouts are completed too; they are read from the cluster. For the completion of `kubectl argo \
            rollouts`, link this program as kubectl_complete-argo-rollouts as well.
            """)

    @Argument(help: "bash, zsh, fish or powershell.")
    var shell: Shell

    @OptionGroup(visibility: .hidden) var client: ClientOptions

    init() {}

    func run() throws {
        StandardStream.output.line(Self.script(shell, Invocation.process.root))
    }

    private static func script(_ shell: Shell, _ root: any AsyncParsableCommand.Type) -> String {
        switch shell {
        case .bash: root.completionScript(for: .bash)
        case .zsh: root.completionScript(for: .zsh)
        case .fish: root.completionScript(for: .fish)
        case .powershell: powershell(root._commandName)
        }
    }

    private static func powershell(_ name: String) -> String {
        """
        Register-ArgumentCompleter -Native -CommandName '\(name)' -ScriptBlock {
            param($word, $tree, $position)
            $words = @($tree.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
            if ($word -eq '') { $words += '""' }
            & '\(name)' __complete @words | Where-Object { $_ -notlike ':*' } | ForEach-Object {
                $parts = $_ -split "`t", 2
                [System.Management.Automation.CompletionResult]::new($parts[0])
            }
        }
        """
    }
}

extension CompletionKind {
    /// Names of the Rollouts in the namespace that the command line names.
    static var rolloutNames: CompletionKind {
        .custom { words, _, prefix in
            await Completion.rolloutNames(words).filter { $0.hasPrefix(prefix) }
        }
    }
}

/// Completes words as kubectl asks its plugins to.
///
/// Source: the protocol of `__complete` of the programs that use cobra: a candidate per line, a tab before what it
/// means, and a line `:4` at the end, which keeps the shell from offering files.
struct Completion {
    let root: any AsyncParsableCommand.Type
    /// Whether candidates come with what they mean.
    var explains = true

    /// Prints the candidates for the last of these words.
    func answer(to words: [String]) async {
        for candidate in await candidates(for: words) {
            StandardStream.output.line(explains ? candidate : String(candidate.prefix { $0 != "\t" }))
        }
        StandardStream.output.line(":4")
    }

    /// The candidates for the last of these words.
    func candidates(for words: [String]) async -> [String] {
        guard let tool = try? JSONValue(parsing: root._dumpHelp()), var command = tool["command"] else {
            return []
        }
        for word in words.dropLast() {
            guard
                let next = Self.subcommands(of: command).first(where: { Self.names(of: $0).contains(word) })
            else {
                continue
            }
            command = next
        }
        let last = words.last ?? ""
        if last.hasPrefix("-") { return Self.options(of: command).filter { $0.hasPrefix(last) } }
        let subcommands = Self.subcommands(of: command).filter {
            $0["commandName"]?.stringValue?.hasPrefix(last) == true && $0["commandName"] != "help"
        }
        if !Self.subcommands(of: command).isEmpty {
            return subcommands.map {
                "\($0["commandName"]?.stringValue ?? "")\t\($0["abstract"]?.stringValue ?? "")"
            }
        }
        let arguments = command["arguments"]?.arrayValue ?? []
        let isNamed = arguments.contains {
            $0["kind"] == "positional" && $0["completionKind"]?["customAsync"] != nil
        }
        return isNamed ? await Self.rolloutNames(words).filter { $0.hasPrefix(last) } : []
    }

    private static func subcommands(of command: JSONValue) -> [JSONValue] {
        (command["subcommands"]?.arrayValue ?? []).filter { $0["shouldDisplay"]?.boolValue ?? true }
    }

    private static func names(of command: JSONValue) -> [String] {
        [command["commandName"]?.stringValue ?? ""]
            + (command["aliases"]?.arrayValue ?? []).compactMap(\.stringValue)
    }

    private static func options(of command: JSONValue) -> [String] {
        (command["arguments"]?.arrayValue ?? []).flatMap { argument -> [String] in
            let names = (argument["names"]?.arrayValue ?? []).filter { $0["kind"] == "long" }
            return names.compactMap { name in
                name["name"]?.stringValue.map { "--\($0)\t\(argument["abstract"]?.stringValue ?? "")" }
            }
        }
    }

    /// The Rollouts there are; none when the cluster does not answer, because nobody can read an error here.
    static func rolloutNames(_ words: [String]) async -> [String] {
        guard let options = ClientOptions.ofWords(words),
            let configuration = try? options.configuration(),
            let api = try? KubernetesHTTPClient(configuration, logger: options.makeLogger())
        else { return [] }
        let list = try? await api.list(.rollout, WatchScope(namespace: configuration.namespace))
        try? await api.shutdown()
        return list?.items.map(\.name) ?? []
    }
}

extension ClientOptions {
    /// The connection that a half-written command line names.
    static func ofWords(_ words: [String]) -> ClientOptions? {
        func value(_ names: String...) -> String? {
            for (index, word) in words.enumerated() {
                if names.contains(word), index + 1 < words.count { return words[index + 1] }
                for name in names where word.hasPrefix("\(name)=") {
                    return String(word.dropFirst(name.count + 1))
                }
            }
            return nil
        }
        let known: [(String, String?)] = [
            ("--kubeconfig", value("--kubeconfig")), ("--context", value("--context")),
            ("--namespace", value("--namespace", "-n")), ("--server", value("--server", "-s")),
        ]
        let given = known.flatMap { name, value in value.map { [name, $0] } ?? [] }
        return try? ClientOptions.parse(given + ["--loglevel", "error", "--request-timeout", "3s"])
    }
}
