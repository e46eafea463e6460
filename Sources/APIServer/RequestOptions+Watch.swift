import ClusterState
import KubernetesModel

extension RequestOptions {
    /// The version after which a watch begins; `nil` where it begins with the objects that exist.
    ///
    /// - Throws: 422 for a way to match versions, as a real server does; 400 for what is no version.
    func watchVersion() throws(KubernetesFailure) -> UInt64? {
        guard resourceVersionMatch.isEmpty else {
            throw .forbiddenOption(
                "ListOptions", field: "resourceVersionMatch", "resourceVersionMatch is forbidden for watch")
        }
        guard !resourceVersion.isEmpty else { return nil }
        guard let version = UInt64(resourceVersion) else {
            throw .badRequest("resourceVersion: Invalid value: \"\(resourceVersion)\": it must be a number")
        }
        return version
    }
}
