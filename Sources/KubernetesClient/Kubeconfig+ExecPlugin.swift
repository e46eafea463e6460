import JSON

extension KubeconfigResolver {
    /// The extension of a cluster whose content is given to plugins as `spec.cluster.config`.
    private static let clusterExtension = "client.authentication.k8s.io/exec"

    /// The credential plugin of a user.
    ///
    /// - Throws: what about it cannot be used: no command, another version than v1 and v1beta1, a mode that needs a
    ///   terminal.
    func plugin(_ exec: JSONValue, of user: Kubeconfig.Entry) throws(ConfigurationError) -> ExecPlugin {
        guard let command = exec["command"]?.stringValue, !command.isEmpty else {
            throw failure(user, "user", "has exec without a command", "Name the program that prints the credential")
        }
        let version = exec["apiVersion"]?.stringValue ?? ""
        guard ExecPlugin.apiVersions.contains(version) else {
            throw failure(
                user, "user", "has exec with apiVersion \"\(version)\"",
                "Use one of \(ExecPlugin.apiVersions.joined(separator: ", "))")
        }
        try checkMode(exec["interactiveMode"]?.stringValue ?? "", version, of: user)
        var environment: [ExecPlugin.Variable] = []
        for variable in exec["env"]?.arrayValue ?? [] {
            guard let name = variable["name"]?.stringValue else { continue }
            environment.append(ExecPlugin.Variable(name: name, value: variable["value"]?.stringValue ?? ""))
        }
        let isPath = command.contains("/")
        return try ExecPlugin(
            apiVersion: version, command: isPath ? files.absolute(command, besides: user.file) : command,
            arguments: (exec["args"]?.arrayValue ?? []).compactMap(\.stringValue), environment: environment,
            cluster: exec["provideClusterInfo"]?.boolValue == true ? clusterInfo() : nil,
            installHint: exec["installHint"]?.stringValue, source: "kubeconfig \(user.file), user \"\(user.name)\"")
    }

    /// v1 wants a mode; a plugin that must talk to a person cannot be run by a program without a terminal.
    private func checkMode(
        _ mode: String, _ version: String, of user: Kubeconfig.Entry
    ) throws(ConfigurationError) {
        switch mode {
        case "Never", "IfAvailable": return
        case "" where !version.hasSuffix("/v1"): return
        case "":
            throw failure(
                user, "user", "has exec without interactiveMode, which \(version) demands",
                "Set interactiveMode to Never or IfAvailable")
        case "Always":
            throw failure(
                user, "user", "has exec with interactiveMode Always, and there is no terminal",
                "Use a plugin that asks nothing, with interactiveMode Never or IfAvailable")
        default:
            throw failure(
                user, "user", "has exec with interactiveMode \"\(mode)\"",
                "Set interactiveMode to Never or IfAvailable")
        }
    }

    /// What a plugin with `provideClusterInfo` is told about the cluster.
    private func clusterInfo() throws(ConfigurationError) -> JSONValue {
        let cluster = selection.cluster
        var info = JSONObject()
        for field in ["server", "tls-server-name", "proxy-url"] {
            if let value = text(cluster, field) { info[field] = .string(value) }
        }
        if cluster.body["insecure-skip-tls-verify"]?.boolValue == true { info["insecure-skip-tls-verify"] = true }
        if case .authorities(let pem, _) = try trust() {
            info["certificate-authority-data"] = .string(Platform.encodeBase64(pem))
        }
        for element in cluster.body["extensions"]?.arrayValue ?? []
        where element["name"]?.stringValue == Self.clusterExtension {
            info["config"] = element["extension"]
        }
        return .object(info)
    }
}
