import FoundationEssentials
package import JSON
import KubernetesClient
package import KubernetesModel

/// The manifests that a demonstration applies, and what it needs to know about them.
package struct DemoManifests: Sendable {
    /// Every document, in the order of file names.
    package var documents: [JSONValue]
    package var rollout: KubernetesObject
    package var ingress: ObjectKey
    /// The service at the Ingress through which requests come: the one that names the action annotation, or the active
    /// one.
    package var action: String
    /// The host that requests name.
    package var host: String
    /// The image of the first container.
    package var image: String
    package var selector: LabelSelector

    package var rolloutKey: ObjectKey { rollout.key }

    /// Reads every `.yaml` file of a folder.
    ///
    /// - Throws: `UsageProblem` naming the file or the field, and what the demonstration needs there.
    package init(folder: String) throws {
        var documents: [JSONValue] = []
        for path in try ManifestFiles.paths(in: folder) {
            documents += try ManifestFiles.documents(in: path)
        }
        try self.init(documents: documents, source: folder)
    }

    /// Takes documents; objects without namespace go to `default`.
    package init(documents: [JSONValue], source: String) throws {
        self.documents = documents.map { document in
            var document = document
            if document.at("metadata", "namespace") == nil { document.set("default", at: "metadata", "namespace") }
            return document
        }
        let rollouts = self.documents.map(KubernetesObject.init).filter { $0.kind == "Rollout" }
        guard let rollout = rollouts.first, rollouts.count == 1 else {
            throw UsageProblem("\(source) holds \(rollouts.count) Rollouts; the demonstration follows exactly one.")
        }
        self.rollout = rollout
        let entry = try DemoEntry(rollout, documents: self.documents, source: source)
        ingress = entry.ingress
        action = entry.action
        host = entry.host
        guard let image = rollout.spec.at("template", "spec", "containers")?[0]?["image"]?.stringValue else {
            throw UsageProblem("Rollout \(rollout.key) in \(source) has no container with an image.")
        }
        self.image = image
        selector = try LabelSelector(document: rollout.spec["selector"] ?? [:])
    }

    /// `image` with the tag 2.0; `afterNext` with 3.0. A tag that would be the same is 2.1 or 3.1.
    package func image(_ version: DemoImage) -> String {
        switch version {
        case .first: image
        case .next: retagged("2")
        case .afterNext: retagged("3")
        }
    }

    private func retagged(_ major: String) -> String {
        let name = image.split(separator: "/").last ?? ""
        let hasTag = name.contains(":")
        let base = hasTag ? image[..<(image.lastIndex(of: ":") ?? image.endIndex)] : image[...]
        return image.hasSuffix(":\(major).0") ? "\(base):\(major).1" : "\(base):\(major).0"
    }
}

/// Manifests on disk.
package enum ManifestFiles {
    /// The `.yaml`, `.yml` and `.json` files of a folder, sorted by name.
    package static func paths(in folder: String) throws -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw UsageProblem(
                "\(folder) is not a folder that can be read. Run from the root of the repository, or name a folder "
                    + "with --manifests.")
        }
        let paths = names.sorted().filter { name in
            [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
        }
        guard !paths.isEmpty else { throw UsageProblem("\(folder) holds no .yaml, .yml or .json file.") }
        return paths.map { "\(folder)/\($0)" }
    }

    /// The documents of one file.
    package static func documents(in path: String) throws -> [JSONValue] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UsageProblem("\(path) cannot be read.")
        }
        do {
            return try YAMLDocuments.parse(String(decoding: data, as: UTF8.self))
        } catch {
            throw UsageProblem("\(path): \(error)")
        }
    }
}

/// A mistake of the person who typed the command; printed as it is.
package struct UsageProblem: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}
